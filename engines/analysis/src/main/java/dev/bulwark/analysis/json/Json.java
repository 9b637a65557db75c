package dev.bulwark.analysis.json;

import java.util.List;

/** A JSON value, with the offsets of its first and of one past its last character. */
public sealed interface Json {

  int start();

  int end();

  /** An object; names can stand twice. */
  record Obj(List<Member> members, int start, int end) implements Json {}

  /** A member of an object, with the place of its name. */
  record Member(String name, int nameStart, int nameEnd, Json value) {}

  /** An array. */
  record Arr(List<Json> items, int start, int end) implements Json {}

  /** A string. */
  record Text(String value, int start, int end) implements Json {}

  /** A number, a Boolean, or null, as written. */
  record Scalar(Kind kind, String text, int start, int end) implements Json {
    /** Which. */
    public enum Kind {
      NUMBER,
      BOOLEAN,
      NULL
    }
  }
}
