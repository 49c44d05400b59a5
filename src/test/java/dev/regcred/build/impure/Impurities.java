package dev.regcred.build.impure;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.FileReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Planners that look aside, each in a way of its own. */
@SuppressWarnings("all")
public interface Impurities {
  // The clock

  @Refused("java.time.Instant.now()")
  class TimeOfTheInstant {
    Instant now() {
      return Instant.now();
    }
  }

  @Refused("java.time.Instant.now()")
  class TimeByAMethodReference {
    Supplier<Instant> now() {
      return Instant::now;
    }
  }

  @Refused("java.time.LocalDate.now()")
  class TimeOfTheDay {
    Object today() {
      return LocalDate.now();
    }
  }

  @Refused("java.time.Clock")
  class TimeOfAClock {
    Instant now(Clock clock) {
      return clock.instant();
    }
  }

  @Refused("System.currentTimeMillis()")
  class TimeInMilliseconds {
    long now() {
      return System.currentTimeMillis();
    }
  }

  @Refused("System.nanoTime()")
  class TimeInNanoseconds {
    long now() {
      return System.nanoTime();
    }
  }

  @Refused("java.util.Date.<init>()")
  class TimeOfADate {
    Object now() {
      return new Date();
    }
  }

  @Refused("java.time.ZoneId.systemDefault()")
  class TimeZoneOfTheMachine {
    Object zone() {
      return ZoneId.systemDefault();
    }
  }

  @Refused("java.util.TimeZone.getDefault()")
  class OldTimeZoneOfTheMachine {
    Object zone() {
      return TimeZone.getDefault();
    }
  }

  // Chance

  @Refused("java.lang.Math.random()")
  class ChanceOfMath {
    double chance() {
      return Math.random();
    }
  }

  @Refused("java.util.Random.<init>()")
  class ChanceOfRandom {
    int chance() {
      return new Random().nextInt();
    }
  }

  @Refused("java.security.SecureRandom.<init>()")
  class ChanceOfSecureRandom {
    int chance() {
      return new SecureRandom().nextInt();
    }
  }

  @Refused("java.util.concurrent.ThreadLocalRandom.current()")
  class ChanceOfTheThread {
    int chance() {
      return ThreadLocalRandom.current().nextInt();
    }
  }

  @Refused("java.util.SplittableRandom.<init>()")
  class ChanceThatSplits {
    int chance() {
      return new SplittableRandom().nextInt();
    }
  }

  @Refused("java.util.UUID.randomUUID()")
  class ChanceOfAUuid {
    Object chance() {
      return UUID.randomUUID();
    }
  }

  @Refused("java.util.Collections.shuffle(java.util.List)")
  class ChanceOfAShuffle {
    void shuffle(List<String> names) {
      Collections.shuffle(names);
    }
  }

  @Refused("System.identityHashCode(java.lang.Object)")
  class ChanceOfTheIdentity {
    int identity(Object of) {
      return System.identityHashCode(of);
    }
  }

  @Refused("java.lang.Object.hashCode()")
  class ChanceOfTheHashOfAnObject {
    int identity(Object of) {
      return of.hashCode();
    }
  }

  // Files, the network, processes

  @Refused("java.nio.file.Files.exists")
  class FilesByPath {
    boolean exists() {
      return Files.exists(Path.of("/etc/hosts"));
    }
  }

  @Refused("java.io.File.exists()")
  class FilesByOldName {
    boolean exists() {
      return new File("/etc/hosts").exists();
    }
  }

  @Refused("java.io.FileReader.read()")
  class FilesByStream {
    int read() throws IOException {
      try (var reader = new FileReader("/etc/hosts", java.nio.charset.StandardCharsets.UTF_8)) {
        return reader.read();
      }
    }
  }

  @Refused("ObjectMapper.readTree(java.io.File)")
  class FilesByJackson {
    Object read(ObjectMapper mapper) throws IOException {
      return mapper.readTree(new File("/etc/hosts"));
    }
  }

  @Refused("java.lang.Class.getResourceAsStream")
  class FilesByResource {
    Object read() {
      return FilesByResource.class.getResourceAsStream("defaults.json");
    }
  }

  @Refused("java.util.ServiceLoader.load")
  class FilesByService {
    Object read() {
      return ServiceLoader.load(Runnable.class);
    }
  }

  @Refused("java.net.InetAddress.getByName")
  class NetworkByName {
    Object find() throws IOException {
      return InetAddress.getByName("registry.example.com");
    }
  }

  @Refused("java.net.Socket.<init>")
  class NetworkBySocket {
    Object open() throws IOException {
      return new Socket("registry.example.com", 443);
    }
  }

  @Refused("java.net.URL.openStream()")
  class NetworkByUrl {
    Object open() throws IOException {
      return URI.create("https://registry.example.com").toURL().openStream();
    }
  }

  @Refused("java.net.http.HttpClient.newHttpClient()")
  class NetworkByHttp {
    Object open() {
      return HttpClient.newHttpClient();
    }
  }

  @Refused("KubernetesClientBuilder.build()")
  class NetworkByTheClient {
    Object open() {
      return new KubernetesClientBuilder().build();
    }
  }

  @Refused("java.lang.ProcessBuilder.start()")
  class ProcessByBuilder {
    Object start() throws IOException {
      return new ProcessBuilder("date").start();
    }
  }

  @Refused("java.lang.Runtime.getRuntime()")
  class ProcessByRuntime {
    int processors() {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  @Refused("java.lang.ProcessHandle.current()")
  class ProcessByItsHandle {
    long pid() {
      return ProcessHandle.current().pid();
    }
  }

  // The environment

  @Refused("System.getenv(java.lang.String)")
  class EnvironmentVariable {
    Object read() {
      return String.valueOf(System.getenv("HOME"));
    }
  }

  @Refused("System.getenv()")
  class EnvironmentWhole {
    Object read() {
      return System.getenv();
    }
  }

  @Refused("System.getProperty(java.lang.String, java.lang.String)")
  class PropertyRead {
    Object read() {
      return System.getProperty("user.dir", "");
    }
  }

  @Refused("System.getProperties()")
  class PropertiesRead {
    Object read() {
      return System.getProperties();
    }
  }

  @Refused("System.setProperty")
  class PropertyWritten {
    void write() {
      System.setProperty("regcred.last", "pull");
    }
  }

  @Refused("java.lang.Integer.getInteger")
  class PropertyAsAnInteger {
    Object read() {
      return Integer.getInteger("regcred.width", 1);
    }
  }

  @Refused("java.lang.Long.getLong")
  class PropertyAsALong {
    Object read() {
      return Long.getLong("regcred.width", 1);
    }
  }

  @Refused("java.lang.Boolean.getBoolean")
  class PropertyAsABoolean {
    boolean read() {
      return Boolean.getBoolean("regcred.debug");
    }
  }

  @Refused("java.lang.Class.desiredAssertionStatus()")
  class AssertionsSwitch {
    void check(int number) {
      assert number > 0;
    }
  }

  // The machine's language and encoding

  @Refused("java.lang.String.toLowerCase()")
  class LanguageOfLowerCase {
    String lower(String text) {
      return text.toLowerCase();
    }
  }

  @Refused("java.lang.String.toUpperCase()")
  class LanguageOfUpperCase {
    String upper(String text) {
      return text.toUpperCase();
    }
  }

  @Refused("java.lang.String.format")
  class LanguageOfFormat {
    String text(int number) {
      return String.format("%d", number);
    }
  }

  @Refused("java.util.Locale.getDefault()")
  class LanguageOfTheMachine {
    Object language() {
      return Locale.getDefault();
    }
  }

  @Refused("java.lang.String.getBytes()")
  class EncodingOfBytes {
    byte[] bytes(String text) {
      return text.getBytes();
    }
  }

  @Refused("java.lang.String.<init>([B)")
  class EncodingOfAText {
    String text(byte[] bytes) {
      return new String(bytes);
    }
  }

  @Refused("java.nio.charset.Charset.defaultCharset()")
  class EncodingOfTheMachine {
    Object encoding() {
      return Charset.defaultCharset();
    }
  }

  // Threads, and what they share

  @Refused("java.lang.Thread.startVirtualThread")
  class ThreadsOfItsOwn {
    void run() {
      Thread.startVirtualThread(() -> {});
    }
  }

  @Refused("java.lang.Thread.sleep(long)")
  class ThreadThatSleeps {
    void run() throws InterruptedException {
      Thread.sleep(1);
    }
  }

  @Refused("java.lang.Object.wait()")
  class ThreadThatWaits {
    void run() throws InterruptedException {
      wait();
    }
  }

  @Refused("parallelStream()")
  class ThreadsOfAStream {
    long count(List<String> names) {
      return names.parallelStream().count();
    }
  }

  @Refused("java.util.stream.Stream.parallel()")
  class ThreadsOfAStreamLater {
    long count(List<String> names) {
      return names.stream().parallel().count();
    }
  }

  @Refused("java.util.concurrent.atomic.AtomicLong")
  class SharedByAtomic {
    final AtomicLong count = new AtomicLong();
  }

  @Refused("java.util.concurrent.ConcurrentHashMap.<init>()")
  class SharedByMap {
    final Object last = new ConcurrentHashMap<String, String>();
  }

  @Refused("java.util.concurrent.locks.ReentrantLock.lock()")
  class SharedByLock {
    void run() {
      new ReentrantLock().lock();
    }
  }

  @Refused("SYNCHRONIZED")
  class SharedByMonitor {
    synchronized void run() {}
  }

  @Refused("java.lang.ThreadLocal")
  class SharedByThread {
    final ThreadLocal<List<String>> last = ThreadLocal.withInitial(ArrayList::new);
  }

  // What is said aloud

  @Refused("System.out")
  class SaidByPrinting {
    void say() {
      System.out.println("planned");
    }
  }

  @Refused("printStackTrace()")
  class SaidAsAnError {
    void say(Exception e) {
      e.printStackTrace();
    }
  }

  @Refused("org.slf4j.Logger.info")
  class SaidByLog {
    private static final Logger LOG = LoggerFactory.getLogger(SaidByLog.class);

    void say() {
      LOG.info("planned");
    }
  }

  @Refused("System.getLogger")
  class SaidByTheJdk {
    void say() {
      System.getLogger("plan").log(System.Logger.Level.INFO, "planned");
    }
  }
}
