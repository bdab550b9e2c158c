"""Files of every format that people have, made with independent tools, never with our own decoders."""
