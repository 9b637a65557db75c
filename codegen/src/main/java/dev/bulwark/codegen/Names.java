package dev.bulwark.codegen;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Turns the names of models into names of Java. */
final class Names {
  private static final Set<String> KEYWORDS =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "try",
          "void",
          "volatile",
          "while",
          "true",
          "false",
          "null",
          "yield");

  /** Names that a record's accessor cannot have, or that generated code needs for itself. */
  private static final Set<String> TAKEN =
      Set.of(
          "clone",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait",
          "shape",
          "builder",
          "toBuilder",
          "java",
          "dev",
          "org");

  private Names() {}

  /**
   * The constant of an operation or enumeration: {@code LIST_MFA_DEVICES} for {@code
   * ListMFADevices}, {@code LIST_OBJECTS_V2} for {@code ListObjectsV2}.
   */
  static String constant(String name) {
    var out = new StringBuilder();
    for (var i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (!isIdentifierPart(c)) {
        underscore(out);
        continue;
      }
      if (Character.isUpperCase(c) && i > 0) {
        var before = name.charAt(i - 1);
        var afterLower = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
        if (Character.isLowerCase(before) || Character.isDigit(before) && afterLower) {
          underscore(out);
        } else if (Character.isUpperCase(before) && afterLower && !pluralAt(name, i + 1)) {
          underscore(out);
        }
      }
      out.append(Character.toUpperCase(c));
    }
    while (!out.isEmpty() && out.charAt(out.length() - 1) == '_') {
      out.setLength(out.length() - 1);
    }
    if (out.isEmpty()) {
      return "EMPTY";
    }
    return Character.isDigit(out.charAt(0)) ? "_" + out : out.toString();
  }

  /** Whether the {@code s} here only makes an acronym plural, as in {@code ARNs}. */
  private static boolean pluralAt(String name, int i) {
    return name.charAt(i) == 's'
        && (i + 1 == name.length() || Character.isUpperCase(name.charAt(i + 1)));
  }

  private static void underscore(StringBuilder out) {
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '_') {
      out.append('_');
    }
  }

  private static boolean isIdentifierPart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /**
   * The record component of a member: {@code samlMetadataDocument} for {@code
   * SAMLMetadataDocument}, {@code eTag} for {@code ETag}.
   */
  static String component(String member) {
    var name = camel(member);
    var run = 0;
    while (run < name.length() && Character.isUpperCase(name.charAt(run))) {
      run++;
    }
    var followedByLower = run < name.length() && Character.isLowerCase(name.charAt(run));
    var lowered = run;
    if (run > 1 && followedByLower && !pluralAt(name, run)) {
      lowered = run - 1;
    }
    var result = name.substring(0, lowered).toLowerCase(Locale.ROOT) + name.substring(lowered);
    if (Character.isDigit(result.charAt(0))) {
      result = "_" + result;
    }
    return KEYWORDS.contains(result) || TAKEN.contains(result) ? result + "_" : result;
  }

  /** The class of a shape: its name with a capital first letter. */
  static String type(String shape) {
    var name = camel(shape);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String camel(String name) {
    var out = new StringBuilder(name.length());
    var up = false;
    for (var i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (isIdentifierPart(c)) {
        out.append(up ? Character.toUpperCase(c) : c);
        up = false;
      } else {
        up = !out.isEmpty();
      }
    }
    return out.toString();
  }

  /** The name, or where it is taken the name with underscores after it; takes it. */
  static String unique(String name, HashSet<String> taken) {
    var result = name;
    while (!taken.add(result)) {
      result += "_";
    }
    return result;
  }
}
