package dev.bulwark.identity.account;

import dev.bulwark.api.account.GetRegionOptStatusRequest;
import dev.bulwark.api.account.GetRegionOptStatusResponse;
import dev.bulwark.api.account.ListRegionsRequest;
import dev.bulwark.api.account.ListRegionsResponse;
import dev.bulwark.api.account.Region;
import dev.bulwark.api.account.RegionOptStatus;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.Set;

/**
 * The Regions that an account can use: here all of AWS's commercial ones, also those that AWS
 * leaves off at first.
 */
final class AccountRegions {
  /** As many come where nobody says how many; the reference tells only that 50 may. */
  private static final int PAGE = 20;

  /** Those that were there before AWS began to leave new Regions off. */
  private static final Set<String> ON_BY_DEFAULT =
      Set.of(
          "ap-northeast-1",
          "ap-northeast-2",
          "ap-northeast-3",
          "ap-south-1",
          "ap-southeast-1",
          "ap-southeast-2",
          "ca-central-1",
          "eu-central-1",
          "eu-north-1",
          "eu-west-1",
          "eu-west-2",
          "eu-west-3",
          "sa-east-1",
          "us-east-1",
          "us-east-2",
          "us-west-1",
          "us-west-2");

  private final AccountTargets targets;

  AccountRegions(AccountTargets targets) {
    this.targets = targets;
  }

  private static String status(String region) {
    return (ON_BY_DEFAULT.contains(region)
            ? RegionOptStatus.ENABLED_BY_DEFAULT
            : RegionOptStatus.ENABLED)
        .value();
  }

  private static boolean commercial(String region) {
    return dev.bulwark.base.Region.of(region).partition().equals("aws");
  }

  ListRegionsResponse list(ListRegionsRequest in, Call call) {
    targets.require(call, in.accountId());
    var wanted = in.regionOptStatusContains();
    var most = in.maxResults() == null ? PAGE : in.maxResults();
    var after = in.nextToken();
    if (after != null && !dev.bulwark.base.Region.isKnown(after)) {
      throw AccountErrors.invalidToken();
    }
    var page = new ArrayList<Region>();
    for (var region : dev.bulwark.base.Region.names().stream().sorted().toList()) {
      if (!commercial(region)
          || (after != null && region.compareTo(after) <= 0)
          || (wanted != null && !wanted.isEmpty() && !wanted.contains(status(region)))) {
        continue;
      }
      if (page.size() == most) {
        return new ListRegionsResponse(page.getLast().regionName(), page);
      }
      page.add(new Region(region, status(region)));
    }
    return new ListRegionsResponse(null, page);
  }

  GetRegionOptStatusResponse status(GetRegionOptStatusRequest in, Call call) {
    targets.require(call, in.accountId());
    var region = in.regionName();
    if (!dev.bulwark.base.Region.isKnown(region) || !commercial(region)) {
      throw AccountErrors.unknownRegion(region);
    }
    return new GetRegionOptStatusResponse(region, status(region));
  }
}
