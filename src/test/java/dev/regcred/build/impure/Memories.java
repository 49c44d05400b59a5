package dev.regcred.build.impure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Planners that remember what they were asked before. */
@SuppressWarnings("all")
public interface Memories {
  @Refused("OfTheLast.last> is not final")
  class OfTheLast {
    private @Nullable String last;
  }

  @Refused("java.util.ArrayList.<init>()")
  class OfAll {
    private final List<String> all = new ArrayList<>();
  }

  @Refused("java.util.HashMap.<init>(java.util.Map)")
  class OfWhatItIsMadeFrom {
    private final Map<String, String> all;

    OfWhatItIsMadeFrom(Map<String, String> first) {
      all = new HashMap<>(first);
    }
  }
}
