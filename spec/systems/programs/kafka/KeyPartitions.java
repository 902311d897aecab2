// java -cp 'jars/*' KeyPartitions.java BROKER TOPIC COUNT: where Kafka's own producer puts the keys "", "k", "kk", ... and "key 0", "key 1", ...
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;

public class KeyPartitions {
  public static void main(String[] args) throws Exception {
    var settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      var count = Integer.parseInt(args[2]);
      var sent = new ArrayList<java.util.concurrent.Future<RecordMetadata>>();
      for (int i = 0; i < count; i++) sent.add(producer.send(new ProducerRecord<>(args[1], i < 9 ? "k".repeat(i) : "key \u00e9 " + i, "java")));
      var partitions = new StringJoiner(" ");
      for (var each : sent) partitions.add(String.valueOf(each.get().partition()));
      System.out.println(partitions);
    }
  }
}
