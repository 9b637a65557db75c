package dev.bulwark.policy;

/** A policy together with where it comes from. */
public record AttachedPolicy(PolicySource source, Policy policy) {}
