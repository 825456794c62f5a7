"""The clips and jobs behind the grid."""
