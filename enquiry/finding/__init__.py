"""Search: whoever rings, writes or stands at the desk is found by what they can say of themselves."""
