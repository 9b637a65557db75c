package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists a page at a time; a token tells where the last item of its page was in the order, sealed
 * for its list. Items may come and go meanwhile.
 */
final class CloudHsmPages {
  private static final String PURPOSE = "cloudhsm/next-token";

  private final Sealer sealer;

  CloudHsmPages(Sealer sealer) {
    this.sealer = sealer;
  }

  record Page<T>(List<T> items, @Nullable String next) {}

  /**
   * A page of what is in order already.
   *
   * @param place by what it is in order
   * @param descending whether the last place comes first
   * @param list which list it is
   * @throws dev.bulwark.schema.ApiException where the token is not of that list
   */
  <T> Page<T> of(
      List<T> all,
      Function<T, String> place,
      boolean descending,
      @Nullable Integer wanted,
      int most,
      @Nullable String token,
      String list) {
    int from = 0;
    if (token != null) {
      var last = open(token, list);
      while (from < all.size() && !isAfter(place.apply(all.get(from)), last, descending)) {
        from++;
      }
    }
    int to = Math.min(all.size(), from + (wanted == null ? most : Math.min(most, wanted)));
    return new Page<>(
        all.subList(from, to), to == all.size() ? null : seal(place.apply(all.get(to - 1)), list));
  }

  private static boolean isAfter(String place, String last, boolean descending) {
    return descending ? place.compareTo(last) < 0 : place.compareTo(last) > 0;
  }

  private String seal(String last, String list) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sealer.sealText(PURPOSE, last, list));
  }

  private String open(String token, String list) {
    try {
      return sealer.openText(PURPOSE, Base64.getUrlDecoder().decode(token), list);
    } catch (IllegalArgumentException | SealException e) {
      throw CloudHsmErrors.invalid("The NextToken is not valid.");
    }
  }
}
