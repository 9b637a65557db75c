package dev.bulwark.identity.sts;

import dev.bulwark.api.sts.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The session tags in a web identity token: nested in one claim, or flattened to a claim each.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp">Passing
 *     session tags using AssumeRoleWithWebIdentity</a>
 */
final class WebIdentityTags {
  private static final String CLAIM = "https://aws.amazon.com/tags";
  private static final String PRINCIPAL_TAGS = "principal_tags";
  private static final String TRANSITIVE = "transitive_tag_keys";

  private WebIdentityTags() {}

  /**
   * The session tags of a token.
   *
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken where the claim has another form
   */
  static SessionTags of(WebToken token) {
    var tags = new ArrayList<Tag>();
    var transitive = new ArrayList<String>();
    switch (token.claim(CLAIM)) {
      case null -> {}
      case Map<?, ?> nested -> {
        switch (nested.get(PRINCIPAL_TAGS)) {
          case null -> {}
          case Map<?, ?> principalTags ->
              principalTags.forEach((key, value) -> tags.add(tag(String.valueOf(key), value)));
          default -> throw StsErrors.unusableClaim(CLAIM);
        }
        transitive.addAll(texts(nested.get(TRANSITIVE)));
      }
      default -> throw StsErrors.unusableClaim(CLAIM);
    }
    var flat = CLAIM + "/" + PRINCIPAL_TAGS + "/";
    for (var name : token.claimNames()) {
      if (name.startsWith(flat)) {
        tags.add(tag(name.substring(flat.length()), token.claim(name)));
      }
    }
    transitive.addAll(texts(token.claim(CLAIM + "/" + TRANSITIVE)));
    return SessionTags.ofProvider(tags, transitive);
  }

  private static Tag tag(String key, @Nullable Object value) {
    var values = texts(value);
    if (values.size() != 1) {
      throw StsErrors.unusableClaim(CLAIM);
    }
    return Tag.builder().key(key).value(values.getFirst()).build();
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String text -> List.of(text);
      case List<?> list when list.stream().allMatch(String.class::isInstance) ->
          list.stream().map(String.class::cast).toList();
      default -> throw StsErrors.unusableClaim(CLAIM);
    };
  }
}
