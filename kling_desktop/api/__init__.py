"""The Leonardo REST API: client, transport, wire format, uploads, downloads, rate limits. The only place with HTTP."""
