"""What a training asks of those who register, and what they answered, as organisers see both."""
