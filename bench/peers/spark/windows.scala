// Windows on Spark in Scala: a million keys, then 100,000 records of random keys a batch, windows of 20 batches. Prints one line
// a figure: FIGURE name master milliseconds, the median of what batches took once the window was full.
import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.rdd.RDD
import org.apache.spark.streaming.{Milliseconds, StreamingContext}
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.scheduler.{StreamingListener, StreamingListenerBatchCompleted}
import scala.collection.mutable.{ArrayBuffer, Queue}

sc.stop()
val keys = 1000000
val warmup = 22
val batches = 20

def measure(name: String)(build: DStream[(String, Int)] => DStream[(String, Int)]): Unit = {
  val master = "local[2]"
  val context = new SparkContext(new SparkConf().setMaster(master).setAppName("bench").set("spark.ui.enabled", "false"))
  context.setLogLevel("ERROR")
  val ssc = new StreamingContext(context, Milliseconds(500))
  ssc.checkpoint(java.nio.file.Files.createTempDirectory("millrace-bench").toString)
  val first = context.parallelize(0 until keys, 2).map(i => ("k" + i, 1)).cache()
  first.count()
  val some = (0 until 8).map { seed =>
    val rdd = context.parallelize(0 until 2, 2).flatMap { part =>
      val random = new java.util.Random(seed * 10 + part)
      Iterator.fill(50000)(("k" + random.nextInt(keys), 1))
    }.cache()
    rdd.count()
    rdd
  }
  val queue = new Queue[RDD[(String, Int)]]()
  queue += first
  for (i <- 1 until warmup + batches) queue += some(i % 8)
  val times = new ArrayBuffer[Long]()
  ssc.addStreamingListener(new StreamingListener {
    override def onBatchCompleted(event: StreamingListenerBatchCompleted): Unit = times.synchronized { times += event.batchInfo.processingDelay.get }
  })
  build(ssc.queueStream(queue, true)).foreachRDD { rdd => rdd.count(); () }
  ssc.start()
  val end = System.currentTimeMillis + 240000
  while (times.synchronized(times.size) < warmup + batches && System.currentTimeMillis < end) Thread.sleep(200)
  ssc.stop(true, false)
  val sorted = times.synchronized(times.toArray).drop(warmup).take(batches).sorted
  println(f"FIGURE $name $master ${sorted(sorted.length / 2)}%d")
}

measure("windowWithInverse") { _.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (a: Int, b: Int) => a - b, Milliseconds(10000), Milliseconds(500)) }
measure("windowWithoutInverse") { _.reduceByKeyAndWindow((a: Int, b: Int) => a + b, Milliseconds(10000), Milliseconds(500)) }
System.exit(0)
