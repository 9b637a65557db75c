package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be said of a managed policy without its documents. */
interface PolicyFacts {
  String arn();

  String name();

  String path();

  String id();

  @Nullable String description();

  Instant created();

  Instant updated();

  String defaultVersionId();

  Map<String, String> tags();
}
