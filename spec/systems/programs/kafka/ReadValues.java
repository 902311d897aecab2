// java -cp 'jars/*' ReadValues.java BROKER TOPIC,TOPIC... COUNT: the values that Kafka's own consumer of committed records reads, a line each behind
// its topic.
import java.io.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.serialization.*;

public class ReadValues {
  public static void main(String[] args) throws Exception {
    var settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", "java-" + System.nanoTime());
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(args[1].split(",")));
      int count = 0;
      for (long end = System.currentTimeMillis() + 20_000; count < Integer.parseInt(args[2]) && System.currentTimeMillis() < end;)
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          // The mark of the end that the other reader has left.
          if (record.value() == null) continue;
          out.println(record.topic() + " " + record.value());
          count++;
        }
    }
    out.flush();
  }
}
