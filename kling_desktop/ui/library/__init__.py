"""Clips and jobs as a grid."""
