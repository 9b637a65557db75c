package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Listings of a bucket of many keys: the first page, one in the middle, with delimiters, versions,
 * and the whole. Arguments: how many keys (1,000,000), a folder on the disk to measure.
 */
public final class ListingBenchmark {
  /** The keys are {@code folder-000/key-000} and so on. */
  private static final int IN_FOLDER = 1000;

  private static final int PAGE = 1000;
  private static final int BATCH = 10_000;
  private static final int CONNECTIONS = 64;
  private static final int ROUNDS = 21;
  private static final double FIRST_PAGE_MILLIS = 20;
  private static final double KEYS_PER_SECOND = 50_000;

  private final int keys;
  private final ServerProcess server;
  private final Requests requests;
  private final LoadDriver driver;

  private ListingBenchmark(int keys, ServerProcess server) {
    this.keys = keys;
    this.server = server;
    this.requests = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port());
    this.driver = new LoadDriver(server.port());
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    var keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    var parent =
        Path.of(arguments.length > 1 ? arguments[1] : System.getProperty("java.io.tmpdir"));
    var folder = Files.createTempDirectory(Files.createDirectories(parent), "listing-benchmark");
    try (var server = ServerProcess.bulwark(ApiBenchmark.freePort(), folder)) {
      new ListingBenchmark(keys, server).run();
    } finally {
      ApiBenchmark.delete(folder);
    }
  }

  private void run() throws Exception {
    fill();
    var middle = URLEncoder.encode(key(keys / 2), StandardCharsets.UTF_8);
    page("first page", "list-type=2", FIRST_PAGE_MILLIS);
    page("page in the middle", "list-type=2&start-after=" + middle, FIRST_PAGE_MILLIS);
    page("page of a thousand common prefixes", "delimiter=%2F&list-type=2", Double.NaN);
    page(
        "page below a prefix in the middle",
        "delimiter=%2F&list-type=2&prefix=" + middle.substring(0, middle.indexOf("key-")),
        FIRST_PAGE_MILLIS);
    page("page of versions", "versions=", FIRST_PAGE_MILLIS);
    page(
        "page of versions in the middle", "key-marker=" + middle + "&versions=", FIRST_PAGE_MILLIS);
    whole(
        "whole listing",
        "list-type=2",
        page ->
            "continuation-token=%s&list-type=2"
                .formatted(encoded(element(page, "NextContinuationToken"))));
    whole(
        "whole listing of versions",
        "versions=",
        page ->
            "key-marker=%s&version-id-marker=%s&versions="
                .formatted(
                    encoded(element(page, "NextKeyMarker")),
                    encoded(element(page, "NextVersionIdMarker"))));
  }

  private static String key(int number) {
    return "folder-%04d/key-%04d".formatted(number / IN_FOLDER, number % IN_FOLDER);
  }

  private void fill() throws Exception {
    driver.runOnce(List.of(requests.s3("PUT", "/listing", "", new byte[0])), 1);
    var begun = System.nanoTime();
    for (var from = 0; from < keys; from += BATCH) {
      var puts = new ArrayList<byte[]>();
      for (var i = from; i < Math.min(keys, from + BATCH); i++) {
        puts.add(requests.s3("PUT", "/listing/" + key(i), "", new byte[0]));
      }
      driver.runOnce(puts, CONNECTIONS);
    }
    System.out.printf("%d objects put, %.0f/s%n", keys, keys / ((System.nanoTime() - begun) / 1e9));
  }

  private void page(String name, String query, double wanted) throws Exception {
    var request = requests.s3("GET", "/listing", query, new byte[0]);
    var times = new double[ROUNDS];
    var processor = 0L;
    for (var i = -ROUNDS; i < ROUNDS; i++) {
      if (i == 0) {
        processor = server.processorMicros();
      }
      var begun = System.nanoTime();
      driver.answer(request);
      if (i >= 0) {
        times[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    processor = (server.processorMicros() - processor) / ROUNDS;
    Arrays.sort(times);
    System.out.printf(
        "=> %s: %.1f ms, at best %.1f, %.1f of processor%s%n",
        name,
        times[ROUNDS / 2],
        times[0],
        processor / 1e3,
        Double.isNaN(wanted) ? "" : " (at most %.0f)".formatted(wanted));
  }

  private void whole(String name, String first, Function<String, String> next) throws IOException {
    var begun = System.nanoTime();
    var before = server.processorMicros();
    var query = first;
    var pages = 0;
    while (true) {
      var page = driver.answer(requests.s3("GET", "/listing", query, new byte[0]));
      pages++;
      if (!element(page, "IsTruncated").equals("true")) {
        break;
      }
      query = next.apply(page);
    }
    var seconds = (System.nanoTime() - begun) / 1e9;
    if (pages != (keys + PAGE - 1) / PAGE) {
      throw new IllegalStateException(pages + " pages");
    }
    System.out.printf(
        "=> %s: %.0f keys/s, %.0f for each second of processor (at least %.0f)%n",
        name, keys / seconds, keys / ((server.processorMicros() - before) / 1e6), KEYS_PER_SECOND);
  }

  private static String element(String xml, String name) {
    var start = xml.indexOf('<' + name + '>');
    return start < 0
        ? ""
        : xml.substring(start + name.length() + 2, xml.indexOf("</" + name + '>', start));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
