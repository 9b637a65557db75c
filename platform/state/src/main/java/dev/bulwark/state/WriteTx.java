package dev.bulwark.state;

/**
 * A transaction that reads (its own writes too) and writes; all of its writes become durable, or
 * none.
 */
public sealed interface WriteTx extends ReadTx permits Transaction {}
