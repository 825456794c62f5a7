"""The request being composed: draft, model limits, rules, form, request body."""
