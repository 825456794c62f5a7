"""What is in a file: frames, posters, images, metadata, exports, and the worker process for untrusted files."""
