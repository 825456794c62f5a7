"""What is done with orders: made, shown in the queue, changed, paid for."""
