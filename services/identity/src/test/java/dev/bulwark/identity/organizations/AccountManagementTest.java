package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.identity.iam.ConsolePasswords.Result;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.account.model.AlternateContactType;
import software.amazon.awssdk.services.account.model.PrimaryEmailUpdateStatus;
import software.amazon.awssdk.services.account.model.RegionOptStatus;

/** Account Management, and what is the root user's alone. */
final class AccountManagementTest {
  private final World world = World.withOrganization();

  @AfterEach
  void close() {
    world.close();
  }

  private String code() throws IOException {
    try (var files = Files.list(world.store.directory().resolve("outbox"))) {
      var newest = files.max(Comparator.naturalOrder()).orElseThrow();
      assertThat(Files.getPosixFilePermissions(newest)).hasSize(2);
      var matcher = Pattern.compile(" is (\\d{6})\\.").matcher(Files.readString(newest));
      assertThat(matcher.find()).isTrue();
      return matcher.group(1);
    }
  }

  @Test
  void theRootUserAloneChangesItsAddress() throws Exception {
    var administrator = world.accounts(world.user("admin", World.ALLOW_ALL));
    assertThat(
            error(
                () ->
                    administrator.startPrimaryEmailUpdate(
                        r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com"))))
        .startsWith("AccessDeniedException");
    var root = world.accounts(world.root());
    var pending =
        root.startPrimaryEmailUpdate(r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com"));
    assertThat(pending.status()).isEqualTo(PrimaryEmailUpdateStatus.PENDING);
    var code = code();
    var wrong = code.equals("000000") ? "000001" : "000000";
    assertThat(
            error(
                () ->
                    root.acceptPrimaryEmailUpdate(
                        r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com").otp(wrong))))
        .startsWith("ValidationException");
    root.acceptPrimaryEmailUpdate(
        r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com").otp(code));

    assertThat(root.getPrimaryEmail(r -> r.accountId(MANAGEMENT)).primaryEmail())
        .isEqualTo("new@example.com");
    assertThat(
            world.organizations.describeOrganization(r -> {}).organization().masterAccountEmail())
        .isEqualTo("new@example.com");
  }

  @Test
  void theAddressIsTheOneThatTheRootUserSignsInWith() throws Exception {
    var member = world.account("app");
    var http =
        new HttpRequest("POST", "/", "", new HttpHeaders(), Body.empty(), "203.0.113.7", true);
    var signIn = world.identity.signIn(world.events, world.clock);
    assertThatThrownBy(() -> signIn.setRoot(http, MANAGEMENT, "App@example.com", "Correct-horse1"))
        .hasMessageContaining("another account");
    signIn.setRoot(http, MANAGEMENT, "boss@example.com", "Correct-horse1");
    var root = world.accounts(world.root());
    assertThat(root.getPrimaryEmail(r -> r.accountId(MANAGEMENT)).primaryEmail())
        .isEqualTo("boss@example.com");
    assertThatThrownBy(() -> signIn.setRoot(http, member, "boss@example.com", "Correct-horse1"))
        .hasMessageContaining("another account");

    root.startPrimaryEmailUpdate(r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com"));
    var code = code();
    root.acceptPrimaryEmailUpdate(
        r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com").otp(code));

    assertThat(signIn.root(http, "new@example.com", "Correct-horse1", null).result())
        .isEqualTo(Result.SIGNED_IN);
    assertThat(signIn.root(http, "boss@example.com", "Correct-horse1", null).result())
        .isEqualTo(Result.WRONG);
  }

  @Test
  void fiveWrongCodesEndTheChange() throws Exception {
    var root = world.accounts(world.root());
    root.startPrimaryEmailUpdate(r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com"));
    var code = code();
    var wrong = code.equals("000000") ? "000001" : "000000";
    for (int i = 0; i < 5; i++) {
      assertThat(
              error(
                  () ->
                      root.acceptPrimaryEmailUpdate(
                          r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com").otp(wrong))))
          .startsWith("ValidationException");
    }
    assertThat(
            error(
                () ->
                    root.acceptPrimaryEmailUpdate(
                        r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com").otp(code))))
        .startsWith("ResourceNotFoundException");
  }

  @Test
  void guessesAtTheSameTimeAreNoMoreThanGuessesInTurn() throws Exception {
    var root = world.accounts(world.root());
    root.startPrimaryEmailUpdate(r -> r.accountId(MANAGEMENT).primaryEmail("new@example.com"));
    var wrong = code().equals("000000") ? "000001" : "000000";
    List<Callable<String>> guesses =
        Collections.nCopies(
            20,
            () ->
                error(
                    () ->
                        root.acceptPrimaryEmailUpdate(
                            r ->
                                r.accountId(MANAGEMENT)
                                    .primaryEmail("new@example.com")
                                    .otp(wrong))));
    var judged = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var guess : threads.invokeAll(guesses)) {
        judged += guess.get().startsWith("ValidationException") ? 1 : 0;
      }
    }
    assertThat(judged).isEqualTo(5);
  }

  @Test
  void theManagementAccountManagesMembersOnceTheServiceIsTrusted() {
    var account = world.account("app");
    var management = world.accounts(world.root());
    assertThat(error(() -> management.getPrimaryEmail(r -> r.accountId(account))))
        .isEqualTo(
            denied(management(), "GetPrimaryEmail")
                + " (Your organization must first enable trusted access with AWS Account Management.)");
    world.organizations.enableAWSServiceAccess(r -> r.servicePrincipal("account.amazonaws.com"));

    assertThat(management.getPrimaryEmail(r -> r.accountId(account)).primaryEmail())
        .isEqualTo("app@example.com");
    management.putAlternateContact(
        r ->
            r.accountId(account)
                .alternateContactType(AlternateContactType.SECURITY)
                .name("Ann")
                .title("CISO")
                .emailAddress("ann@example.com")
                .phoneNumber("+1 555 0100"));
    var member = world.accounts(world.administrator(account));
    assertThat(
            member
                .getAlternateContact(r -> r.alternateContactType(AlternateContactType.SECURITY))
                .alternateContact()
                .name())
        .isEqualTo("Ann");
    assertThat(
            error(
                () ->
                    member.getAlternateContact(
                        r -> r.alternateContactType(AlternateContactType.BILLING))))
        .startsWith("ResourceNotFoundException");
    var session =
        "arn:aws:sts::%s:assumed-role/OrganizationAccountAccessRole/session".formatted(account);
    assertThat(error(() -> member.getContactInformation(r -> r.accountId(MANAGEMENT))))
        .isEqualTo(denied(session, "GetContactInformation"));
    assertThat(error(() -> member.listRegions(r -> r.accountId(account))))
        .isEqualTo(denied(session, "ListRegions"));
    world.organizations.registerDelegatedAdministrator(
        r -> r.accountId(account).servicePrincipal("account.amazonaws.com"));
    member.listRegions(r -> r.accountId(account));
    assertThat(error(() -> management.getContactInformation(r -> r.accountId(MANAGEMENT))))
        .isEqualTo(
            "AccessDeniedException: User: arn:aws:iam::%s:root is not authorized to perform: account:GetContactInformation (The management account can only be managed using the standalone context from the management account.)"
                .formatted(MANAGEMENT));
    management.putAccountName(r -> r.accountId(account).accountName("  Application "));
    assertThat(world.describe(account).name()).isEqualTo("Application");
    assertThat(member.getAccountInformation(r -> {}).accountName()).isEqualTo("Application");
  }

  private static String management() {
    return "arn:aws:iam::" + MANAGEMENT + ":root";
  }

  private static String denied(String who, String operation) {
    return "AccessDeniedException: User: %s is not authorized to perform: account:%s"
        .formatted(who, operation);
  }

  @Test
  void thePrimaryContactIsTrimmedAndNoPartOfItIsBlank() {
    var root = world.accounts(world.root());
    root.putContactInformation(
        r ->
            r.contactInformation(
                c ->
                    c.fullName(" Ann ")
                        .addressLine1(" 1 Main St ")
                        .city(" Bern ")
                        .postalCode(" 3000 ")
                        .countryCode("ch")
                        .phoneNumber("+41 31 000 00 00 ")));
    var contact = root.getContactInformation(r -> {}).contactInformation();
    assertThat(contact.fullName()).isEqualTo("Ann");
    assertThat(contact.phoneNumber()).isEqualTo("+41 31 000 00 00");
    assertThat(contact.countryCode()).isEqualTo("CH");
    assertThat(
            error(
                () ->
                    root.putContactInformation(
                        r -> r.contactInformation(contact.toBuilder().city(" ").build()))))
        .isEqualTo("ValidationException: the argument City can not be empty");
    assertThat(error(() -> root.putAccountName(r -> r.accountName(" "))))
        .isEqualTo(
            "ValidationException: The input AccountName must not be null or only whitespace.");
  }

  @Test
  void regionsCanBeUsed() {
    var root = world.accounts(world.root());
    var regions = root.listRegionsPaginator(r -> r.maxResults(5)).regions().stream().toList();
    assertThat(regions).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    assertThat(root.getRegionOptStatus(r -> r.regionName("eu-west-1")).regionOptStatus())
        .isEqualTo(RegionOptStatus.ENABLED_BY_DEFAULT);
    assertThat(root.listRegions(r -> {}).regions()).hasSize(20);
    assertThat(error(() -> root.getRegionOptStatus(r -> r.regionName("eu-west-99"))))
        .isEqualTo("ValidationException: eu-west-99 is not a valid region for opt-in or opt-out.");
    assertThat(error(() -> root.listRegions(r -> r.nextToken("invalid-token"))))
        .isEqualTo("ValidationException: NextToken is malformed");
  }
}
