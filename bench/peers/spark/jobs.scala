// The jobs of the benchmarks on Spark in Scala. Prints one line a figure: FIGURE name master milliseconds.
// Reads the text from the file named by the environment variable MILLRACE_BENCH_TEXT; every figure is the best of eight rounds.
import org.apache.spark.{SparkConf, SparkContext}

def best(rounds: Int)(body: => Unit): Double = (0 until rounds).map { _ =>
  val start = System.nanoTime
  body
  (System.nanoTime - start) / 1e6
}.min

def measure(master: String): Unit = {
  sc.stop()
  val context = new SparkContext(new SparkConf().setMaster(master).setAppName("bench").set("spark.ui.enabled", "false"))
  context.setLogLevel("ERROR")
  val parallelism = if (master == "local[1]") 1 else 2
  def figure(name: String, milliseconds: Double): Unit = println(f"FIGURE $name $master $milliseconds%.3f")

  val file = sys.env("MILLRACE_BENCH_TEXT")
  val lines = context.parallelize(scala.io.Source.fromFile(file).getLines().toArray.toSeq, parallelism).cache()
  lines.count()
  figure("wordCountStrings", best(8) { lines.flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).collect() })
  figure("wordCountFile", best(8) { context.textFile(file, parallelism).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _).collect() })
  figure("grep", best(8) { lines.filter(_.contains("zzz")).count() })

  // Objects in memory: a pipeline over them, joins, sorts and groups.
  val random = new java.util.Random(7)
  val orders = context.parallelize(Array.fill(1000000)((random.nextInt(100000), "product" + random.nextInt(1000), random.nextInt(10000))).toSeq, parallelism).cache()
  orders.count()
  figure("objects", best(8) { orders.filter(_._3 > 100).map(o => (o._2, (1, o._3))).reduceByKey((a, b) => (a._1 + b._1, a._2 + b._2)).mapValues(v => v._2.toDouble / v._1).collect() })
  val left = context.parallelize((0 until 500000).map(i => ("k" + i, i)), parallelism).cache()
  val right = context.parallelize((0 until 500000).map(i => ("k" + (i * 7 % 500000), i)), parallelism).cache()
  left.count(); right.count()
  figure("join", best(8) { left.join(right, 8).count() })
  val million = context.parallelize(Array.fill(1000000)((random.nextInt(), 1)).toSeq, parallelism).cache()
  million.count()
  figure("sortByKey", best(8) { million.sortByKey(true, 8).count() })
  val grouped = context.parallelize(Array.fill(1000000)(("k" + random.nextInt(100000), random.nextInt())).toSeq, parallelism).cache()
  grouped.count()
  figure("groupByKey", best(8) { grouped.groupByKey(8).count() })
  for (each <- Seq(orders, left, right, million, grouped)) each.unpersist(true)

  val words = context.parallelize(Seq("a", "b", "a", "c"), 2)
  for (_ <- 0 until 200) words.map((_, 1)).reduceByKey(_ + _).collect()
  val start = System.nanoTime
  for (_ <- 0 until 200) words.map((_, 1)).reduceByKey(_ + _).collect()
  figure("tinyJob", (System.nanoTime - start) / 200 / 1e6)
  context.stop()
}

measure("local[1]")
measure("local[2]")
System.exit(0)
