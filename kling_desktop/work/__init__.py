"""What happens: composer, queue, library, account. asyncio, no Qt."""
