package dev.bulwark.state;

/**
 * A consistent view of all tables, as of its first read. Valid inside the function that it was
 * given to, on that function's thread.
 */
public sealed interface ReadTx permits WriteTx {}
