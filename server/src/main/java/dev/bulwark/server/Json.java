package dev.bulwark.server;

import tools.jackson.core.io.JsonStringEncoder;

/** Text inside JSON strings, for the few small answers that are not worth a serializer. */
final class Json {
  private Json() {}

  static String escape(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsCharArray(text));
  }
}
