package dev.bulwark.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is done once for a whole group of writes, before its commit: what its functions left to be
 * gathered is written, and how much of the packs is in use.
 */
final class GroupEnd {

  private final Packs packs;
  private final Map<Integer, PackUse> uses = new HashMap<>();

  GroupEnd(Packs packs) {
    this.packs = packs;
  }

  /** Writes for all that ran, in a transaction of their group. */
  void write(List<Transaction> ran, Transaction last) {
    var gathered = new LinkedHashMap<Gatherer<?>, List<Object>>();
    uses.clear();
    for (var tx : ran) {
      tx.gathered()
          .forEach(
              (gatherer, elements) ->
                  gathered.computeIfAbsent(gatherer, key -> new ArrayList<>()).addAll(elements));
    }
    gathered.forEach((gatherer, elements) -> gatherer.write(last, elements));
    ran.forEach(tx -> tx.count(uses, packs));
    for (var use : uses.values()) {
      Transaction.update(last, Sql.PUT_PACK, use.pack(), use.live(), use.end());
    }
  }

  /** Takes over what was committed. */
  void committed() {
    uses.values().forEach(packs::committed);
    uses.clear();
  }
}
