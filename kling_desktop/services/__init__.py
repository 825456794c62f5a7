"""Composer, job queue, library, presets, spending, batch. asyncio, no Qt."""
