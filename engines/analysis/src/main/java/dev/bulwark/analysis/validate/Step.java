package dev.bulwark.analysis.validate;

/** One step of the way from a policy's root to a part of it. */
public sealed interface Step {
  /** To the value of a key. */
  record Value(String key) implements Step {}

  /** To a key itself. */
  record Key(String key) implements Step {}

  /** To an element of an array. */
  record Index(int index) implements Step {}

  /** To a part of a string. */
  record Substring(int start, int length) implements Step {}
}
