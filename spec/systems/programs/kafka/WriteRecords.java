// args: brokers codec topic count. Writes `count` records with the Java producer, compressed by `codec`: key i, value "value i ...",
// headers "n" = i and "n" = "again", time 1700000000000 + i; every seventh value is null.
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public class WriteRecords {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("compression.type", args[1]);
    settings.put("linger.ms", "50");
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", StringSerializer.class.getName());
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
      for (int i = 0; i < Integer.parseInt(args[3]); i++) {
        String value = i % 7 == 6 ? null : "value " + i + " " + "abc ".repeat(i % 40);
        ProducerRecord<String, String> record = new ProducerRecord<>(args[2], null, 1700000000000L + i, "key " + i, value);
        record.headers().add("n", String.valueOf(i).getBytes(StandardCharsets.UTF_8)).add("n", "again".getBytes(StandardCharsets.UTF_8));
        producer.send(record);
      }
    }
  }
}
