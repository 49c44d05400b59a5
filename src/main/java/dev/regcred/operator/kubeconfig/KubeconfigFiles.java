package dev.regcred.operator.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kubeconfig files that are read as one, as client-go's {@code tools/clientcmd/loader.go} does: of
 * the entries of one name the first file's counts as a whole, and paths are relative to the file
 * that they are in.
 *
 * @param files in the order of their precedence, at least one
 */
record KubeconfigFiles(List<Section> files) {
  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  static KubeconfigFiles read(List<Path> files) {
    return new KubeconfigFiles(files.stream().map(KubeconfigFiles::read).toList());
  }

  private static Section read(Path file) {
    JsonNode node;
    try {
      node =
          new KubernetesSerialization(new ObjectMapper(), false)
              .unmarshal(Files.readString(file), JsonNode.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " can't be read");
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(file + " is not YAML" + line(e)); // It may repeat a token.
    }
    if (node == null || node.isNull()) {
      node = MissingNode.getInstance(); // As with client-go an empty file is one without fields.
    } else if (!node.isObject()) {
      throw new IllegalArgumentException(file + " is not a kubeconfig: it has no fields");
    }
    var section = new Section(file, "", node);
    expect(section, "kind", "Config");
    expect(section, "apiVersion", "v1");
    return section;
  }

  private static void expect(Section section, String field, String only) {
    if (!Objects.requireNonNullElse(section.text(field), only).equals(only)) {
      throw section.refused(field, "is not " + only);
    }
  }

  private static String line(Throwable e) {
    for (var cause = e; cause != null; cause = cause.getCause()) {
      var line = LINE.matcher(String.valueOf(cause.getMessage()));
      if (line.find()) {
        return ", near line " + line.group(1);
      }
    }
    return "";
  }

  /** The context that is used. */
  Section currentContext() {
    for (Section file : files) {
      var name = file.text("current-context");
      if (name != null) {
        var context = find("contexts", "context", name);
        if (context == null) {
          throw file.refused(
              "current-context", "names a context that is not there: '%s'".formatted(name));
        }
        return context;
      }
    }
    throw files
        .getFirst()
        .refused("current-context", "is not set: choose one by kubectl config use-context");
  }

  /** The entry that a context names in one of its fields, such as {@code cluster}. */
  Section named(Section context, String field) {
    var name = context.required(field);
    var entry = find(field + "s", field, name);
    if (entry == null) {
      throw context.refused(field, "names a %s that is not there: '%s'".formatted(field, name));
    }
    return entry;
  }

  private @Nullable Section find(String list, String field, String name) {
    for (Section file : files) {
      Section found = null;
      var names = new HashSet<String>();
      for (JsonNode item : file.items(list)) {
        var entry = new Section(file.file(), list + "[]", item);
        var itsName = Objects.requireNonNullElse(entry.text("name"), "");
        if (!names.add(itsName)) {
          throw file.refused(list, "has two entries of the name '%s'".formatted(itsName));
        }
        if (itsName.equals(name)) {
          found = new Section(file.file(), "%s[%s]".formatted(list, name), item).section(field);
        }
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
