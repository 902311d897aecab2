// Stateful streams on Spark in Scala: a million keys, then 100,000 records of random keys a batch, with checkpoints. Prints one
// line a figure: FIGURE name master milliseconds, the median and the 99th percentile of what batches took after the first few.
import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.rdd.RDD
import org.apache.spark.streaming.{Milliseconds, State, StateSpec, StreamingContext}
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.scheduler.{StreamingListener, StreamingListenerBatchCompleted}
import scala.collection.mutable.{ArrayBuffer, Queue}

sc.stop()
val keys = 1000000
val warmup = 6
val batches = 24

def measure(name: String)(build: DStream[(String, Int)] => Unit): Unit = {
  val master = "local[2]"
  val context = new SparkContext(new SparkConf().setMaster(master).setAppName("bench").set("spark.ui.enabled", "false"))
  context.setLogLevel("ERROR")
  val folder = java.nio.file.Files.createTempDirectory("millrace-bench").toString
  val ssc = new StreamingContext(context, Milliseconds(500))
  ssc.checkpoint(folder)
  val first = context.parallelize(0 until keys, 2).map(i => ("k" + i, 1)).cache()
  first.count()
  val some = (0 until 4).map { seed =>
    val rdd = context.parallelize(0 until 2, 2).flatMap { part =>
      val random = new java.util.Random(seed * 10 + part)
      Iterator.fill(50000)(("k" + random.nextInt(keys), 1))
    }.cache()
    rdd.count()
    rdd
  }
  val queue = new Queue[RDD[(String, Int)]]()
  queue += first
  for (i <- 0 until warmup + batches) queue += some(i % 4)
  val times = new ArrayBuffer[Long]()
  ssc.addStreamingListener(new StreamingListener {
    override def onBatchCompleted(event: StreamingListenerBatchCompleted): Unit = times.synchronized { times += event.batchInfo.processingDelay.get }
  })
  build(ssc.queueStream(queue, true))
  ssc.start()
  val end = System.currentTimeMillis + 180000
  while (times.synchronized(times.size) < 1 + warmup + batches && System.currentTimeMillis < end) Thread.sleep(200)
  ssc.stop(true, false)
  val sorted = times.synchronized(times.toArray).drop(1 + warmup).take(batches).sorted
  println(f"FIGURE $name.median $master ${sorted(sorted.length / 2)}%d")
  println(f"FIGURE $name.worst $master ${sorted((sorted.length * 0.99).toInt)}%d")
}

measure("mapWithState") { stream =>
  stream.mapWithState(StateSpec.function((key: String, value: Option[Int], state: State[Int]) => {
    val sum = state.getOption.getOrElse(0) + value.getOrElse(0)
    state.update(sum)
    (key, sum)
  })).foreachRDD { rdd => rdd.count(); () }
}
measure("updateStateByKey") { stream =>
  stream.updateStateByKey((values: Seq[Int], state: Option[Int]) => Some(state.getOrElse(0) + values.sum)).foreachRDD { rdd => rdd.count(); () }
}
System.exit(0)
