package dev.bulwark.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventPatternTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'a':['x']}                                    | {'a':'x'}                     | true
          {'a':['x']}                                    | {'a':'X'}                     | false
          {'a':['x']}                                    | {}                            | false
          {'a':['x']}                                    | {'a':['y','x']}               | true
          {'a':['x']}                                    | {'a':{'x':1}}                 | false
          {'a':[1]}                                      | {'a':1.0}                     | true
          {'a':[1]}                                      | {'a':'1'}                     | false
          {'a':[null,true]}                              | {'a':null}                    | true
          {'a':[null]}                                   | {}                            | false
          {'a':['x'],'b':['y']}                          | {'a':'x'}                     | false
          {'a':{'b':['x']}}                              | {'a':{'b':'x','c':1}}         | true
          {'a':{'b':['x'],'c':['y']}}                    | {'a':[{'b':'x'},{'c':'y'}]}   | false
          {'a':{'b':['x'],'c':['y']}}                    | {'a':[{'b':'x','c':'y'}]}     | true
          {'a':[{'prefix':'aws.'}]}                      | {'a':'aws.s3'}                | true
          {'a':[{'prefix':{'equals-ignore-case':'AWS'}}]}| {'a':'aws.s3'}                | true
          {'a':[{'suffix':'.png'}]}                      | {'a':'x.png'}                 | true
          {'a':[{'suffix':'.png'}]}                      | {'a':'g'}                     | false
          {'a':[{'equals-ignore-case':'AbC'}]}           | {'a':'aBc'}                   | true
          {'a':[{'anything-but':'x'}]}                   | {'a':'y'}                     | true
          {'a':[{'anything-but':['x','y']}]}             | {'a':'y'}                     | false
          {'a':[{'anything-but':'x'}]}                   | {}                            | false
          {'a':[{'anything-but':[1,2]}]}                 | {'a':2}                       | false
          {'a':[{'anything-but':{'prefix':'in'}}]}       | {'a':'init'}                  | false
          {'a':[{'anything-but':{'suffix':['a','b']}}]}  | {'a':'xc'}                    | true
          {'a':[{'anything-but':{'wildcard':'*/x/*'}}]}  | {'a':'1/x/2'}                 | false
          {'a':[{'anything-but':{'equals-ignore-case':['q']}}]} | {'a':'Q'}              | false
          {'a':[{'numeric':['>',0,'<=',5]}]}             | {'a':5}                       | true
          {'a':[{'numeric':['>',0,'<=',5]}]}             | {'a':0}                       | false
          {'a':[{'numeric':['=',3.0]}]}                  | {'a':3}                       | true
          {'a':[{'cidr':'10.0.0.0/24'}]}                 | {'a':'10.0.0.255'}            | true
          {'a':[{'cidr':'10.0.0.0/24'}]}                 | {'a':'10.0.1.0'}              | false
          {'a':[{'cidr':'2001:db8::/33'}]}               | {'a':'2001:db8:7fff::1'}      | true
          {'a':[{'cidr':'2001:db8::/33'}]}               | {'a':'localhost'}             | false
          {'a':[{'exists':true}]}                        | {'a':0}                       | true
          {'a':[{'exists':true}]}                        | {'a':{'b':1}}                 | false
          {'a':[{'exists':false}]}                       | {'b':0}                       | true
          {'a':{'b':[{'exists':false}]}}                 | {}                            | true
          {'a':[{'exists':false}]}                       | {'a':[]}                      | true
          {'a':[{'wildcard':'dir/*/x*.png'}]}            | {'a':'dir/1/2/xy.png'}        | true
          {'a':[{'wildcard':'*.png'}]}                   | {'a':'x.jpg'}                 | false
          {'a':[{'wildcard':'ab*ba'}]}                   | {'a':'aba'}                   | false
          {'a':[{'wildcard':'a\\\\*b'}]}                 | {'a':'a*b'}                   | true
          {'$or':[{'a':['x']},{'b':['y']}]}              | {'b':'y'}                     | true
          {'$or':[{'a':['x']},{'b':['y']}],'c':['z']}    | {'b':'y'}                     | false
          {'d':{'$or':[{'a':['x']},{'b':['y']}]}}        | {'d':{'b':'y'}}               | true
          """)
  void patternsMeanWhatAwsSays(String pattern, String document, boolean matches)
      throws PatternException {
    var parsed = EventPattern.parse(json(pattern));
    assertThat(parsed.matches(json(document))).isEqualTo(matches);
    var set = PatternSet.of(List.of(parsed), p -> "it", p -> p);
    assertThat(set.matching(json(document))).hasSize(matches ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{'a':'x'}",
        "{'a':[]}",
        "{'a':{}}",
        "{'a':[['x']]}",
        "{'a':[{'prefix':1}]}",
        "{'a':[{'colour':'red'}]}",
        "{'a':[{'prefix':'x','suffix':'y'}]}",
        "{'a':[{'numeric':['>']}]}",
        "{'a':[{'numeric':['>',1,'>',2]}]}",
        "{'a':[{'numeric':['>',5,'<',2]}]}",
        "{'a':[{'cidr':'10.0.0.0'}]}",
        "{'a':[{'cidr':'10.0.0.0/33'}]}",
        "{'a':[{'exists':'yes'}]}",
        "{'a':[{'wildcard':'a**b'}]}",
        "{'a':[{'anything-but':[]}]}",
        "{'$or':[{'a':['x']}]}"
      })
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> EventPattern.parse(json(pattern)))
        .isInstanceOf(PatternException.class);
  }

  /** The index may not find other patterns than trying all of them does. */
  @Test
  void aSetFindsWhatItsMembersFind() throws PatternException {
    var random = new Random(7);
    var leaves =
        List.of(
            "['x']",
            "['y','z']",
            "[{'prefix':'x'}]",
            "[{'suffix':'y'}]",
            "[{'exists':false}]",
            "[{'equals-ignore-case':'X'}]",
            "[{'anything-but':'x'}]",
            "[{'prefix':''}]",
            "[{'numeric':['>',0]}]",
            "[{'wildcard':'*y'}]",
            "[1]");
    var patterns = new ArrayList<EventPattern>();
    for (int i = 0; i < 500; i++) {
      patterns.add(
          EventPattern.parse(
              json(
                  "{'%s':%s,'d':{'%s':%s}}"
                      .formatted(
                          "ab".charAt(random.nextInt(2)),
                          leaves.get(random.nextInt(leaves.size())),
                          "cd".charAt(random.nextInt(2)),
                          leaves.get(random.nextInt(leaves.size()))))));
    }
    var set = PatternSet.of(patterns, p -> p, p -> p);
    var values = List.of("'x'", "'y'", "'xy'", "'X'", "1", "['z','x']", "[]", "null");
    for (int i = 0; i < 500; i++) {
      var document =
          json(
              "{'a':%s,'b':%s,'d':{'c':%s}}"
                  .formatted(
                      values.get(random.nextInt(values.size())),
                      values.get(random.nextInt(values.size())),
                      values.get(random.nextInt(values.size()))));
      assertThat(set.matching(document))
          .containsExactlyInAnyOrderElementsOf(
              patterns.stream().filter(pattern -> pattern.matches(document)).toList());
    }
  }
}
