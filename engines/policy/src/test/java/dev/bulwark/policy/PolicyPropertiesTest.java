package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.bundle;
import static dev.bulwark.policy.Policies.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Decision.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Laws that hold for all policies. */
class PolicyPropertiesTest {
  private static final int TRIES = 2_000;

  /** A case: statements for each layer, and a request. */
  record Scene(
      List<String> identity,
      List<String> boundary,
      List<String> session,
      List<String> scp,
      List<String> resource,
      AuthorizationRequest request,
      boolean mustAllow) {

    PolicySet.Builder policies() {
      var builder =
          PolicySet.builder()
              .identity(of(PolicyType.IDENTITY_BASED, identity))
              .serviceControl(
                  scp.isEmpty() ? List.of() : List.of(of(PolicyType.SERVICE_CONTROL, scp)))
              .resourcePolicyMustAllow(mustAllow);
      if (!boundary.isEmpty()) {
        builder.permissionsBoundary(of(PolicyType.PERMISSIONS_BOUNDARY, boundary));
      }
      if (!session.isEmpty()) {
        builder.session(of(PolicyType.SESSION, session));
      }
      if (!resource.isEmpty()) {
        builder.resource(of(PolicyType.RESOURCE_BASED, resource));
      }
      return builder;
    }

    Decision decision() {
      return PolicyEvaluator.evaluate(request, policies().build());
    }
  }

  private static PolicyBundle of(PolicyType type, List<String> statements) {
    return statements.isEmpty()
        ? PolicyBundle.EMPTY
        : bundle(type, statements.toArray(String[]::new));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void addingADenyNeverAllowsMore(
      @ForAll("scenes") Scene scene, @ForAll("statements") String statement) {
    var deny = statement.replace("'Allow'", "'Deny'");
    var identity = new ArrayList<>(scene.identity);
    identity.add(deny);
    var after =
        new Scene(
            identity,
            scene.boundary,
            scene.session,
            scene.scp,
            scene.resource,
            scene.request,
            scene.mustAllow);
    assertThat(after.decision().allowed() && !scene.decision().allowed()).isFalse();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void addingAnAllowNeverAllowsLess(
      @ForAll("scenes") Scene scene, @ForAll("statements") String statement) {
    var identity = new ArrayList<>(scene.identity);
    identity.add(statement.replace("'Deny'", "'Allow'"));
    var after =
        new Scene(
            identity,
            scene.boundary,
            scene.session,
            scene.scp,
            scene.resource,
            scene.request,
            scene.mustAllow);
    assertThat(scene.decision().allowed() && !after.decision().allowed()).isFalse();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void addingAServiceControlLevelNeverAllowsMore(
      @ForAll("scenes") Scene scene, @ForAll("statementLists") List<String> level) {
    var before = scene.decision();
    var levels = new ArrayList<PolicyBundle>();
    if (!scene.scp.isEmpty()) {
      levels.add(of(PolicyType.SERVICE_CONTROL, scene.scp));
    }
    levels.add(of(PolicyType.SERVICE_CONTROL, level));
    var after =
        PolicyEvaluator.evaluate(scene.request, scene.policies().serviceControl(levels).build());
    assertThat(after.allowed() && !before.allowed()).isFalse();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void addingAResourceControlLevelNeverAllowsMore(
      @ForAll("scenes") Scene scene, @ForAll("statementLists") List<String> level) {
    var before = scene.decision();
    var everyone = level.stream().map(s -> s.replace("{'Effect'", "{'Principal':'*','Effect'"));
    var after =
        PolicyEvaluator.evaluate(
            scene.request,
            scene
                .policies()
                .resourceControl(List.of(of(PolicyType.RESOURCE_CONTROL, everyone.toList())))
                .build());
    assertThat(after.allowed() && !before.allowed()).isFalse();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aGrantNeverAllowsLessAndOverridesNoDeny(
      @ForAll("scenes") Scene scene,
      @ForAll("statementLists") List<String> level,
      @ForAll("grantees") Principals.Principal grantee) {
    var levels = List.of(of(PolicyType.SERVICE_CONTROL, level));
    var policies = scene.policies().serviceControl(levels);
    var before = PolicyEvaluator.evaluate(scene.request, policies.build());
    var after =
        PolicyEvaluator.evaluate(
            scene.request,
            policies.grants(List.of(new Grant("g", grantee, Policies.ACCOUNT))).build());
    assertThat(before.allowed() && !after.allowed()).isFalse();
    if (before.outcome() == Outcome.EXPLICIT_DENY
        || before.decidedBy() == PolicyType.SERVICE_CONTROL) {
      assertThat(after).isEqualTo(before);
    }
  }

  @Provide
  Arbitrary<Principals.Principal> grantees() {
    return Arbitraries.of(
        new Principals.Principal.Arn(Policies.USER.arn()),
        new Principals.Principal.Arn("arn:aws:iam::111122223333:role/app/worker"),
        new Principals.Principal.Account(Policies.ACCOUNT),
        new Principals.Principal.Service("cloudtrail.amazonaws.com"));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void removingAnAllowNeverAllowsMore(@ForAll("scenes") Scene scene, @ForAll long seed) {
    var allows = scene.identity.stream().filter(s -> s.contains("'Allow'")).toList();
    if (allows.isEmpty()) {
      return;
    }
    var identity = new ArrayList<>(scene.identity);
    identity.remove(allows.get(new Random(seed).nextInt(allows.size())));
    var after =
        PolicyEvaluator.evaluate(
            scene.request,
            scene.policies().identity(of(PolicyType.IDENTITY_BASED, identity)).build());
    assertThat(after.allowed() && !scene.decision().allowed()).isFalse();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void addingABoundaryOrSessionPolicyNeverAllowsMore(
      @ForAll("scenes") Scene scene, @ForAll("statementLists") List<String> limit) {
    var unlimited =
        PolicyEvaluator.evaluate(scene.request, scene.policies().permissionsBoundary(null).build());
    var limited =
        PolicyEvaluator.evaluate(
            scene.request,
            scene
                .policies()
                .permissionsBoundary(of(PolicyType.PERMISSIONS_BOUNDARY, limit))
                .build());
    assertThat(limited.allowed() && !unlimited.allowed()).isFalse();
    if (!(scene.request.requester() instanceof Requester.FederatedUser)) {
      var open = PolicyEvaluator.evaluate(scene.request, scene.policies().session(null).build());
      var scoped =
          PolicyEvaluator.evaluate(
              scene.request, scene.policies().session(of(PolicyType.SESSION, limit)).build());
      assertThat(scoped.allowed() && !open.allowed()).isFalse();
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void orderOfStatementsDoesNotMatter(@ForAll("scenes") Scene scene, @ForAll long seed) {
    var random = new Random(seed);
    var shuffled =
        new Scene(
            shuffle(scene.identity, random),
            shuffle(scene.boundary, random),
            shuffle(scene.session, random),
            shuffle(scene.scp, random),
            shuffle(scene.resource, random),
            scene.request,
            scene.mustAllow);
    var before = scene.decision();
    var after = shuffled.decision();
    assertThat(after.outcome()).isEqualTo(before.outcome());
    assertThat(after.decidedBy()).isEqualTo(before.decidedBy());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void oneBundleOfManyPoliciesIsTheSameAsOnePolicyWithManyStatements(
      @ForAll("scenes") Scene scene) {
    var many =
        scene.identity.stream()
            .map(
                s ->
                    Policies.parse(PolicyKind.IDENTITY, Policies.document(s))
                        .attachedAs("p", PolicyType.IDENTITY_BASED))
            .toList();
    var decision =
        PolicyEvaluator.evaluate(
            scene.request, scene.policies().identity(PolicyBundle.of(many)).build());
    assertThat(decision.outcome()).isEqualTo(scene.decision().outcome());
    var reversed =
        PolicyEvaluator.evaluate(
            scene.request, scene.policies().identity(PolicyBundle.of(many.reversed())).build());
    assertThat(reversed.outcome()).isEqualTo(decision.outcome());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void explanationAgreesWithTheDecision(@ForAll("scenes") Scene scene) {
    var policies = scene.policies().build();
    var explanation = PolicyEvaluator.explain(scene.request, policies);
    assertThat(explanation.decision()).isEqualTo(PolicyEvaluator.evaluate(scene.request, policies));
    boolean anyDeny =
        explanation.steps().stream().anyMatch(s -> s.outcome() == Outcome.EXPLICIT_DENY);
    assertThat(explanation.decision().outcome() == Outcome.EXPLICIT_DENY).isEqualTo(anyDeny);
    if (explanation.decision().statement() != null) {
      assertThat(explanation.steps())
          .anySatisfy(
              step ->
                  assertThat(step.matched())
                      .anySatisfy(
                          match ->
                              assertThat(match.statement())
                                  .isSameAs(explanation.decision().statement())));
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void scenesAreOfEveryOutcome(@ForAll("scenes") Scene scene) {
    Statistics.collect(scene.decision().outcome());
    Statistics.coverage(
        coverage -> {
          coverage.check(Outcome.ALLOW).percentage(p -> p > 5);
          coverage.check(Outcome.IMPLICIT_DENY).percentage(p -> p > 5);
          coverage.check(Outcome.EXPLICIT_DENY).percentage(p -> p > 5);
        });
  }

  private static List<String> withFullAccess(List<String> statements) {
    var all = new ArrayList<>(statements);
    all.add(Policies.allow("*", "*"));
    return all;
  }

  private static List<String> shuffle(List<String> statements, Random random) {
    var shuffled = new ArrayList<>(statements);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  @Provide
  Arbitrary<Scene> scenes() {
    var some = statementLists();
    var none = Arbitraries.just(List.<String>of());
    // Half of the principals start from full access, so that limits and denies have something to
    // take away.
    var identity = some.map(list -> list.size() % 2 == 0 ? list : withFullAccess(list));
    return Combinators.combine(
            identity,
            Arbitraries.frequencyOf(Tuple.of(4, none), Tuple.of(1, some)),
            Arbitraries.frequencyOf(Tuple.of(4, none), Tuple.of(1, some)),
            Arbitraries.frequencyOf(Tuple.of(4, none), Tuple.of(1, some)),
            Arbitraries.frequencyOf(
                Tuple.of(1, none), Tuple.of(1, resourceStatements().list().ofMaxSize(3))),
            requests(),
            Arbitraries.of(true, false))
        .as(Scene::new);
  }

  @Provide
  Arbitrary<List<String>> statementLists() {
    return statements().list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> statements() {
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(5, "Allow"), Tuple.of(1, "Deny")),
            Arbitraries.of("Action", "Action", "Action", "Action", "NotAction"),
            Arbitraries.of(
                "*",
                "s3:*",
                "s3:Get*",
                "s3:GetObject",
                "S3:getobject",
                "iam:CreateUser",
                "iam:*",
                "*:*"),
            Arbitraries.of("Resource", "Resource", "Resource", "Resource", "NotResource"),
            Arbitraries.of(
                "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", "arn:aws:s3:::${aws:username}/*"),
            Arbitraries.of(
                "",
                "",
                ",'Condition':{'Bool':{'aws:SecureTransport':'true'}}",
                ",'Condition':{'StringNotEquals':{'aws:PrincipalTag/team':'red'}}",
                ",'Condition':{'ForAllValues:StringLike':{'aws:TagKeys':['a*']}}"))
        .as(
            (effect, actionElement, action, resourceElement, resource, condition) ->
                "{'Effect':'%s','%s':'%s','%s':'%s'%s}"
                    .formatted(
                        effect, actionElement, action, resourceElement, resource, condition));
  }

  private Arbitrary<String> resourceStatements() {
    return Combinators.combine(
            statements(),
            Arbitraries.of(
                "'*'",
                "{'AWS':'111122223333'}",
                "{'AWS':'" + Policies.USER.arn() + "'}",
                "{'AWS':'arn:aws:iam::111122223333:role/app/worker'}",
                "{'Service':'cloudtrail.amazonaws.com'}"))
        .as(
            (statement, principal) ->
                statement.replace("{'Effect'", "{'Principal':" + principal + ",'Effect'"));
  }

  private Arbitrary<AuthorizationRequest> requests() {
    return Combinators.combine(
            Arbitraries.of(
                Policies.USER,
                Policies.USER,
                Policies.ROLE,
                Policies.ROLE,
                Policies.FEDERATED,
                Policies.ROOT,
                Policies.SERVICE,
                Policies.ANONYMOUS),
            Arbitraries.of("s3:GetObject", "s3:PutObject", "iam:CreateUser"),
            Arbitraries.of("arn:aws:s3:::b/k", "arn:aws:s3:::alice/k", "*"),
            Arbitraries.of(
                Policies.ACCOUNT, Policies.ACCOUNT, Policies.ACCOUNT, Policies.OTHER_ACCOUNT),
            Arbitraries.of(
                Context.EMPTY,
                Context.builder()
                    .put("aws:SecureTransport", "true")
                    .put("aws:username", "alice")
                    .build(),
                Context.builder()
                    .put("aws:PrincipalTag/team", "red")
                    .putAll("aws:TagKeys", List.of("b"))
                    .build()))
        .as(
            (requester, action, resource, owner, context) ->
                request(requester, action, resource, owner, context));
  }
}
