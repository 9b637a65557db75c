package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.audit.cloudtrail.TrailOrganizations.Organization;
import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailAccessNotEnabledException;
import software.amazon.awssdk.services.cloudtrail.model.NotOrganizationMasterAccountException;
import software.amazon.awssdk.services.cloudtrail.model.OrganizationNotInAllFeaturesModeException;
import software.amazon.awssdk.services.cloudtrail.model.OrganizationsNotInUseException;

/** Trails of an organization log the events of all its accounts. */
class OrganizationTrailTest {
  private static final String MEMBER = "210987654321";
  private static final String STRANGER = "999999999999";

  private final Map<String, Organization> organizations = new ConcurrentHashMap<>();
  private final TrailWorld world =
      new TrailWorld(new Lab(account -> Optional.ofNullable(organizations.get(account))));

  @BeforeEach
  void makeBucket() {
    world.makeBucket(TrailWorld.BUCKET);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void join(String account, String management, boolean allFeatures, boolean trusted) {
    organizations.put(account, new Organization("o-exampleorg1", management, allFeatures, trusted));
  }

  private void call(String account) {
    world.lab.store.run(
        tx ->
            world.lab.events.append(
                tx,
                world.lab.events.prepare(
                    new ApiCall(
                        0,
                        Ids.eventId(),
                        world.lab.clock.instant(),
                        account,
                        "us-east-1",
                        "iam.amazonaws.com",
                        "CreateUserIn" + account,
                        false,
                        true,
                        null,
                        null,
                        null,
                        List.of(),
                        ("{\"eventName\":\"CreateUserIn" + account + "\"}")
                            .getBytes(StandardCharsets.UTF_8)))));
  }

  private void create() {
    world.trails.createTrail(
        r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).isOrganizationTrail(true));
  }

  @Test
  void eventsOfMembersAreBelowTheOrganizationsId() {
    join(Lab.ACCOUNT, Lab.ACCOUNT, true, true);
    join(MEMBER, Lab.ACCOUNT, true, true);
    create();
    world.trails.startLogging(r -> r.name("audit"));
    call(MEMBER);
    call(STRANGER);
    world.deliver();
    assertThat(world.keys("/CloudTrail/"))
        .hasSize(2)
        .anyMatch(
            key -> key.startsWith("AWSLogs/o-exampleorg1/" + MEMBER + "/CloudTrail/us-east-1/"))
        .anyMatch(key -> key.startsWith("AWSLogs/o-exampleorg1/" + Lab.ACCOUNT + "/CloudTrail/"));
    assertThat(world.eventNames())
        .contains("CreateUserIn" + MEMBER)
        .doesNotContain("CreateUserIn" + STRANGER);
  }

  @Test
  void itTakesTheManagementAccountOfAnOrganizationThatTrustsCloudTrail() {
    assertThatThrownBy(this::create).isInstanceOf(OrganizationsNotInUseException.class);
    join(Lab.ACCOUNT, MEMBER, true, true);
    assertThatThrownBy(this::create).isInstanceOf(NotOrganizationMasterAccountException.class);
    join(Lab.ACCOUNT, Lab.ACCOUNT, false, true);
    assertThatThrownBy(this::create).isInstanceOf(OrganizationNotInAllFeaturesModeException.class);
    join(Lab.ACCOUNT, Lab.ACCOUNT, true, false);
    assertThatThrownBy(this::create).isInstanceOf(CloudTrailAccessNotEnabledException.class);
    join(Lab.ACCOUNT, Lab.ACCOUNT, true, true);
    create();
  }
}
