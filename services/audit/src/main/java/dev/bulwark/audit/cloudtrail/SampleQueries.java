package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.SearchSampleQueriesRequest;
import dev.bulwark.api.cloudtrail.SearchSampleQueriesResponse;
import dev.bulwark.api.cloudtrail.SearchSampleQueriesSearchResult;
import dev.bulwark.service.Call;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds sample queries by the words that they share with a phrase: a word counts the more the fewer
 * samples have it. AWS compares meanings, and has samples of its own.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_SearchSampleQueries.html">SearchSampleQueries</a>
 */
final class SampleQueries {
  private static final int USUAL_PAGE = 10;

  /** Words that say nothing of what is wanted. */
  private static final Set<String> EMPTY_WORDS =
      Set.of(
          "a", "all", "an", "and", "any", "are", "by", "did", "do", "find", "for", "from", "has",
          "have", "how", "i", "in", "is", "it", "list", "me", "my", "of", "on", "or", "query",
          "show", "that", "the", "their", "to", "was", "were", "what", "when", "where", "which",
          "who", "with");

  private record Indexed(SampleQuery sample, Set<String> words) {}

  private record Found(SampleQuery sample, double relevance) {}

  private final PageTokens pages;
  private final List<Indexed> samples;

  /** In how many samples a word is. */
  private final Map<String, Integer> frequencies = new HashMap<>();

  SampleQueries(PageTokens pages) {
    this.pages = pages;
    samples =
        SampleQuery.ALL.stream()
            .map(one -> new Indexed(one, words(one.name() + " " + one.description())))
            .toList();
    samples.forEach(one -> one.words().forEach(word -> frequencies.merge(word, 1, Integer::sum)));
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty() && !EMPTY_WORDS.contains(word))
        .map(SampleQueries::stem)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Without the endings that most forms of a word differ by. */
  private static String stem(String word) {
    for (var ending : List.of("ing", "ed", "es", "s", "e")) {
      if (word.endsWith(ending) && word.length() - ending.length() >= 3) {
        return word.substring(0, word.length() - ending.length());
      }
    }
    return word;
  }

  /** What is not like the phrase at all is left out. */
  SearchSampleQueriesResponse search(SearchSampleQueriesRequest in, Call call) {
    var list = call.accountId() + " samples " + in.searchPhrase();
    var token = pages.read(in.nextToken(), list);
    int from = token == null ? 0 : Integer.parseInt(token);
    int most = Objects.requireNonNullElse(in.maxResults(), USUAL_PAGE);
    var wanted = words(in.searchPhrase());
    var found =
        samples.stream()
            .map(one -> new Found(one.sample(), relevance(one, wanted)))
            .filter(one -> one.relevance() > 0)
            .sorted(Comparator.comparingDouble(Found::relevance).reversed())
            .toList();
    return SearchSampleQueriesResponse.builder()
        .searchResults(found.stream().skip(from).limit(most).map(SampleQueries::view).toList())
        .nextToken(
            from + most < found.size() ? pages.write(Integer.toString(from + most), list) : null)
        .build();
  }

  private static SearchSampleQueriesSearchResult view(Found found) {
    return SearchSampleQueriesSearchResult.builder()
        .name(found.sample().name())
        .description(found.sample().description())
        .sql(found.sample().sql())
        .relevance((float) found.relevance())
        .build();
  }

  /** Which part of a phrase's words a sample has, between 0 and 1. */
  private double relevance(Indexed sample, Set<String> wanted) {
    double all = 0;
    double shared = 0;
    for (var word : wanted) {
      var weight = Math.log(1 + (double) samples.size() / frequencies.getOrDefault(word, 1));
      all += weight;
      shared += sample.words().contains(word) ? weight : 0;
    }
    return all == 0 ? 0 : shared / all;
  }
}
