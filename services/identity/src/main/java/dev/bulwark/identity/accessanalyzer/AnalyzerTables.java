package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;

/** What Access Analyzer stores. */
final class AnalyzerTables {
  static final String BY_RESOURCE = "res";

  /** A finding, with its analyzer. */
  record Found(String analyzer, FindingRecord finding) {}

  /** How far the stream of changes was read. */
  record Place(long sequence) {}

  private final Store store;
  private final Table<AnalyzerRecord> analyzers;
  private final Table<Found> findings;
  private final Table<Place> places;
  private final Table<PreviewRecord> previews;
  private final Table<GenerationRecord> generations;
  private final Table<RecommendationRecord> recommendations;

  AnalyzerTables(Store store) {
    this.store = store;
    analyzers = store.table(TableSpec.json("aa_analyzers", AnalyzerRecord.class));
    findings =
        store.table(
            TableSpec.json(
                "aa_findings",
                Found.class,
                Index.of(BY_RESOURCE, f -> resourceKey(f.analyzer(), f.finding().resource()))));
    places = store.table(TableSpec.json("aa_places", Place.class));
    previews = store.table(TableSpec.json("aa_previews", PreviewRecord.class));
    generations = store.table(TableSpec.json("aa_generations", GenerationRecord.class));
    recommendations = store.table(TableSpec.json("aa_recommendations", RecommendationRecord.class));
  }

  static String analyzerKey(String accountId, String region, String name) {
    return Key.of(accountId, region, name);
  }

  static String analyzerKey(AnalyzerRecord analyzer) {
    return analyzerKey(analyzer.accountId(), analyzer.region(), analyzer.name());
  }

  static String resourceKey(String analyzerKey, String resource) {
    return analyzerKey + "\n" + resource;
  }

  static String findingKey(String analyzerKey, String id) {
    return Key.of(analyzerKey, id);
  }

  Store store() {
    return store;
  }

  /** By account, Region and name. */
  Table<AnalyzerRecord> analyzers() {
    return analyzers;
  }

  /** By the key of the analyzer and id. */
  Table<Found> findings() {
    return findings;
  }

  /** One row. */
  Table<Place> places() {
    return places;
  }

  /** By the key of the analyzer and id. */
  Table<PreviewRecord> previews() {
    return previews;
  }

  /** By the key of the analyzer and id of the finding. */
  Table<RecommendationRecord> recommendations() {
    return recommendations;
  }

  /** By account, Region and job. */
  Table<GenerationRecord> generations() {
    return generations;
  }
}
