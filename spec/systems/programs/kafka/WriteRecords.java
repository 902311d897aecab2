// args: brokers codec,codec,... topic,topic,... count. Writes `count` records to each topic with the Java producer, compressed by the codec at
// its place: key i, value "value i ...", headers "n" = i and "n" = "again", time 1700000000000 + i; every seventh value is null.
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public class WriteRecords {
  public static void main(String[] args) throws Exception {
    String[] codecs = args[1].split(",");
    String[] topics = args[2].split(",");
    for (int i = 0; i < topics.length; i++) write(args[0], codecs[i], topics[i], Integer.parseInt(args[3]));
  }

  static void write(String brokers, String codec, String topic, int count) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("compression.type", codec);
    settings.put("linger.ms", "50");
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", StringSerializer.class.getName());
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
      for (int i = 0; i < count; i++) {
        String value = i % 7 == 6 ? null : "value " + i + " " + "abc ".repeat(i % 40);
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, null, 1700000000000L + i, "key " + i, value);
        record.headers().add("n", String.valueOf(i).getBytes(StandardCharsets.UTF_8)).add("n", "again".getBytes(StandardCharsets.UTF_8));
        producer.send(record);
      }
    }
  }
}
