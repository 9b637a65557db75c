package dev.bulwark.hsm;

/** A key, or a pair of keys, in a token. */
public record TokenKey(String name, KeySpec spec) {}
