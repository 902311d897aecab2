// The flood over a socket on Spark Streaming, end to end. Prints FIGURE socketFlood local[3] and how many words were counted
// in a second, on average over MILLRACE_BENCH_SECONDS, from the port MILLRACE_BENCH_PORT. Three threads: the receiver has one.
import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.streaming.{Seconds, StreamingContext}

sc.stop()
val context = new SparkContext(new SparkConf().setMaster("local[3]").setAppName("bench").set("spark.ui.enabled", "false"))
context.setLogLevel("ERROR")
val ssc = new StreamingContext(context, Seconds(1))
val counted = new java.util.concurrent.atomic.AtomicLong
val started = System.nanoTime
ssc.socketTextStream("127.0.0.1", sys.env("MILLRACE_BENCH_PORT").toInt).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _)
  .foreachRDD(rdd => counted.addAndGet(rdd.map(_._2.toLong).fold(0L)(_ + _)))
ssc.start()
Thread.sleep(sys.env("MILLRACE_BENCH_SECONDS").toLong * 1000)
println(f"FIGURE socketFlood local[3] ${counted.get / ((System.nanoTime - started) / 1e9)}%.0f")
System.exit(0)
