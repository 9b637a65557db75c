package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CORSConfiguration;
import dev.bulwark.api.s3.DeleteBucketCorsRequest;
import dev.bulwark.api.s3.GetBucketCorsOutput;
import dev.bulwark.api.s3.GetBucketCorsRequest;
import dev.bulwark.api.s3.PutBucketCorsRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.CrossOriginRules;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What buckets let pages of other origins do: configured, and answered. */
final class BucketCors implements CrossOriginRules {
  private final Buckets buckets;
  private final Configurations<CORSConfiguration> configurations;
  private final StoreCache<CorsRules> rules;

  BucketCors(Buckets buckets, S3Tables tables) {
    this.buckets = buckets;
    this.configurations = Configurations.of(buckets, tables, "cors", "CORSConfiguration");
    this.rules = configurations.cached(CorsRules::of);
  }

  GetBucketCorsOutput get(GetBucketCorsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).name();
    var found = configurations.find(bucket);
    if (found == null) {
      throw ConfigurationErrors.noCors(bucket);
    }
    return GetBucketCorsOutput.builder().corsRules(found.corsRules()).build();
  }

  Unit put(PutBucketCorsRequest in, Call call) {
    Integrity.checkContent(call.http());
    var wanted = in.corsConfiguration();
    CorsRules.check(wanted);
    return configurations.put(in.bucket(), call, wanted, Unit.UNIT);
  }

  Unit delete(DeleteBucketCorsRequest in, Call call) {
    return configurations.delete(in.bucket(), call);
  }

  @Override
  public HttpHeaders preflight(String bucket, HttpRequest request) {
    CorsRules found;
    try {
      var name = buckets.behind(bucket);
      if (name == null) {
        throw ConfigurationErrors.corsWithoutBucket(request);
      }
      found = rules.get(configurations.row(name));
    } catch (StoreException e) {
      throw S3Errors.internalError();
    }
    if (found == null) {
      return CrossOriginRules.NONE.preflight(bucket, request);
    }
    var method = Objects.requireNonNull(request.headers().first("access-control-request-method"));
    var answer = found.answer(request, method);
    if (answer == null) {
      throw ConfigurationErrors.corsRefused(request);
    }
    return answer;
  }

  @Override
  public @Nullable HttpHeaders actual(String bucket, HttpRequest request) {
    try {
      var name = buckets.behind(bucket);
      var found = name == null ? null : rules.get(configurations.row(name));
      return found == null ? null : found.answer(request, request.method());
    } catch (StoreException e) {
      // The request itself is answered with what is wrong; the page does not get to read it.
      return null;
    }
  }
}
