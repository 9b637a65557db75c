package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A policy document, parsed, checked and compiled. Immutable; parse once per version of a document
 * and share it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html">IAM
 *     JSON policy elements</a>
 */
public final class Policy {
  private final PolicyKind kind;
  private final String version;
  private final @Nullable String id;
  private final List<Statement> statements;
  private final List<CompiledStatement> compiled;

  /** Made when it is first asked for; several threads may do so, and make equal ones. */
  private volatile @Nullable PolicyBundle alone;

  Policy(PolicyKind kind, String version, @Nullable String id, List<Statement> statements)
      throws PolicyException {
    this.kind = kind;
    this.version = version;
    this.id = id;
    this.statements = statements;
    List<CompiledStatement> compiled = new ArrayList<>(statements.size());
    for (var statement : statements) {
      compiled.add(CompiledStatement.of(statement, kind, hasVariables()));
    }
    this.compiled = List.copyOf(compiled);
  }

  /** Parses with {@link PolicyLimits#DEFAULT}. */
  public static Policy parse(String json, PolicyKind kind) throws PolicyException {
    return parse(json, kind, PolicyLimits.DEFAULT);
  }

  /**
   * Parses, checks and compiles a document.
   *
   * @throws PolicyException when IAM would refuse it
   */
  public static Policy parse(String json, PolicyKind kind, PolicyLimits limits)
      throws PolicyException {
    var wording = PolicyWording.of(kind);
    return new PolicyChecker(kind, wording, PolicyReader.read(json, limits, wording)).check();
  }

  /**
   * Makes sure of the values of conditions that they are such as IAM stores. It is for documents on
   * their way in: those that are stored already are never refused for what was learnt later.
   *
   * @throws PolicyException for an ARN that is none, or a range of IPv6 addresses that does not
   *     begin where it says
   */
  public void checkStorable() throws PolicyException {
    for (var statement : statements) {
      ConditionCompiler.checkStorable(statement.conditions(), hasVariables());
    }
  }

  /** The size that quotas count: characters apart from white space between the tokens. */
  public static int sizeWithoutWhitespace(String json) {
    int size = 0;
    boolean quoted = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (quoted) {
        size++;
        if (c == '\\' && i + 1 < json.length()) {
          size++;
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        size++;
        quoted = c == '"';
      }
    }
    return size;
  }

  /** The grammar that the document follows. */
  public PolicyKind kind() {
    return kind;
  }

  /**
   * {@code 2012-10-17} or {@code 2008-10-17}, which is also the version of a document that names
   * none.
   */
  public String version() {
    return version;
  }

  /** The Id element. */
  public @Nullable String id() {
    return id;
  }

  /** The statements, in order. */
  public List<Statement> statements() {
    return statements;
  }

  /**
   * The same document without those of its statements that are not kept; the others keep theirs.
   */
  public Policy only(Predicate<Statement> kept) {
    try {
      return new Policy(kind, version, id, statements.stream().filter(kept).toList());
    } catch (PolicyException e) {
      throw new IllegalStateException("statements that were compiled before", e);
    }
  }

  /**
   * The condition keys that the document asks for, in conditions and in variables, in lower case
   * and in order.
   */
  public Set<String> contextKeys() {
    Set<String> keys = new TreeSet<>();
    for (var statement : compiled) {
      statement.forEachKey(key -> keys.add(CompiledStatement.lowerCase(key)));
    }
    return Collections.unmodifiableSet(keys);
  }

  /** Whether a statement is about an action, whatever its resources and conditions are. */
  public boolean isAbout(Effect effect, String action) {
    var name = CompiledStatement.lowerCase(action);
    for (var statement : compiled) {
      if (statement.source.effect() == effect && statement.matchesAction(name)) {
        return true;
      }
    }
    return false;
  }

  /** This policy in its part in a decision. */
  public AttachedPolicy attachedAs(String name, PolicyType type) {
    return new AttachedPolicy(new PolicySource(name, type), this);
  }

  /**
   * This policy alone, as what is laid on a resource.
   *
   * @param type {@link PolicyType#RESOURCE_BASED} or {@link PolicyType#ROLE_TRUST}: always the same
   *     for one document
   */
  public PolicyBundle alone(PolicyType type) {
    var known = alone;
    if (known == null || known.policies().getFirst().source().type() != type) {
      known = PolicyBundle.of(attachedAs("", type));
      alone = known;
    }
    return known;
  }

  List<CompiledStatement> compiled() {
    return compiled;
  }

  private boolean hasVariables() {
    return version.equals(PolicyChecker.VERSION_2012);
  }
}
