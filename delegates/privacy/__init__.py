"""Personal data: what people may ask, how long data are kept, the register of processing, breaches."""
