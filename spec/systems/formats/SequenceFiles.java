// SequenceFiles by Hadoop itself: java -cp 'jars/*' SequenceFiles.java write FOLDER | dump FILE... | split FILE RANGES
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.*;
import org.apache.hadoop.io.SequenceFile.CompressionType;
import org.apache.hadoop.io.compress.DefaultCodec;
import org.apache.hadoop.util.ReflectionUtils;

public class SequenceFiles {
  static final Configuration conf = new Configuration();
  static final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("write")) write(arguments[1]);
    for (int i = 1; arguments[0].equals("dump") && i < arguments.length; i++) dump(arguments[i]);
    if (arguments[0].equals("split")) split(arguments[1], Integer.parseInt(arguments[2]));
    out.flush();
  }

  /** Files of every compression and of every class that Millrace knows. */
  static void write(String folder) throws Exception {
    for (var compression : CompressionType.values()) {
      try (var writer = writer(folder + "/words-" + compression, compression, Text.class, IntWritable.class)) {
        for (int i = 0; i < 20_000; i++) writer.append(new Text("w\u00f6rd " + i), new IntWritable(i - 10_000));
      }
      try (var writer = writer(folder + "/longs-" + compression, compression, LongWritable.class, BytesWritable.class)) {
        for (long value : new long[] {0, -1, 127, 128, Long.MIN_VALUE, Long.MAX_VALUE}) writer.append(new LongWritable(value), new BytesWritable(new byte[] {0, (byte) value, -1}));
        writer.append(new LongWritable(7), new BytesWritable());
      }
      try (var writer = writer(folder + "/nulls-" + compression, compression, NullWritable.class, Text.class)) {
        for (var text : new String[] {"", "\ud83d\ude00", "\0", "tab\tnewline\n", "x".repeat(300_000)}) writer.append(NullWritable.get(), new Text(text));
      }
      try (var writer = writer(folder + "/doubles-" + compression, compression, DoubleWritable.class, FloatWritable.class)) {
        for (double value : new double[] {0, -0.0, 1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE}) writer.append(new DoubleWritable(value), new FloatWritable((float) value));
      }
      try (var writer = writer(folder + "/variables-" + compression, compression, VLongWritable.class, VIntWritable.class)) {
        for (long value : new long[] {0, -112, -113, 127, 128, 255, 256, -256, -257, Integer.MAX_VALUE, Integer.MIN_VALUE}) writer.append(new VLongWritable(value * 4294967296L + value), new VIntWritable((int) value));
      }
      try (var writer = writer(folder + "/small-" + compression, compression, ShortWritable.class, ByteWritable.class)) {
        for (int value : new int[] {0, 1, -128, 127}) writer.append(new ShortWritable((short) (value * 256)), new ByteWritable((byte) value));
      }
      try (var writer = writer(folder + "/booleans-" + compression, compression, BooleanWritable.class, NullWritable.class)) {
        writer.append(new BooleanWritable(true), NullWritable.get());
        writer.append(new BooleanWritable(false), NullWritable.get());
      }
      writer(folder + "/empty-" + compression, compression, Text.class, Text.class).close();
    }
  }

  static SequenceFile.Writer writer(String file, CompressionType compression, Class<?> key, Class<?> value) throws Exception {
    var metadata = new SequenceFile.Metadata();
    metadata.set(new Text("made by"), new Text("Hadoop"));
    return SequenceFile.createWriter(conf, SequenceFile.Writer.file(new Path(file)), SequenceFile.Writer.keyClass(key), SequenceFile.Writer.valueClass(value),
      SequenceFile.Writer.compression(compression, new DefaultCodec()), SequenceFile.Writer.metadata(metadata));
  }

  /** The classes, and every record as text. */
  static void dump(String file) throws Exception {
    try (var reader = new SequenceFile.Reader(conf, SequenceFile.Reader.file(new Path(file)))) {
      out.println(reader.getKeyClass().getSimpleName() + " " + reader.getValueClass().getSimpleName() + " " + reader.getCompressionType());
      var key = (Writable) ReflectionUtils.newInstance(reader.getKeyClass(), conf);
      var value = (Writable) ReflectionUtils.newInstance(reader.getValueClass(), conf);
      while (reader.next(key, value)) out.println(shown(key) + "\t" + shown(value));
    }
  }

  static String shown(Writable writable) {
    return writable instanceof NullWritable ? "null" : writable.toString().replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
  }

  /** How many records each of so many equal ranges has, by Hadoop's own rule. */
  static void split(String file, int ranges) throws Exception {
    long size = new java.io.File(file).length();
    for (int i = 0; i < ranges; i++) {
      long end = size * (i + 1) / ranges;
      int count = 0;
      try (var reader = new SequenceFile.Reader(conf, SequenceFile.Reader.file(new Path(file)))) {
        if (size * i / ranges > reader.getPosition()) reader.sync(size * i / ranges);
        var key = (Writable) ReflectionUtils.newInstance(reader.getKeyClass(), conf);
        while (reader.getPosition() < size) {
          long position = reader.getPosition();
          if (!reader.next(key) || position >= end && reader.syncSeen()) break;
          count++;
        }
      }
      out.println(count);
    }
  }
}
