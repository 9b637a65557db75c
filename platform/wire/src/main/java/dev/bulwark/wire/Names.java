package dev.bulwark.wire;

/** Members' names as AWS prints them. */
final class Names {
  private Names() {}

  /**
   * With the first letter in lower case: {@code UserName} is {@code userName}, {@code SSEKey} is
   * {@code sSEKey}.
   */
  static String lowerCamel(String name) {
    return name.isEmpty() || Character.isLowerCase(name.charAt(0))
        ? name
        : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
