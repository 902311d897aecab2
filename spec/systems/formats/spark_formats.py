"""Formats by Spark itself: python spark_formats.py write FOLDER | read FOLDER. `read` prints a JSON document a kind of file, in the order of the columns."""
import datetime, decimal, json, sys
from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
command, folder = sys.argv[1:]
schema = """id BIGINT NOT NULL, small INT, share DOUBLE, name STRING, ok BOOLEAN, day DATE, at TIMESTAMP, price DECIMAL(10,2), wide DECIMAL(38,3), bytes BINARY,
  tags ARRAY<STRING>, who STRUCT<name: STRING, ages: ARRAY<INT>>, counts MAP<STRING, BIGINT>"""


def plain(value):
    if isinstance(value, (datetime.date, datetime.datetime, decimal.Decimal)): return str(value)
    if isinstance(value, (bytes, bytearray)): return bytes(value).hex()
    if hasattr(value, "asDict"): return {name: plain(each) for name, each in value.asDict().items()}
    if isinstance(value, dict): return sorted([key, plain(each)] for key, each in value.items())
    if isinstance(value, (list, tuple)): return [plain(each) for each in value]
    return value


def rows(frame):
    return [[plain(value) for value in row] for row in frame.orderBy(frame.columns[0]).collect()]


if command == "write":
    day, at = datetime.date(1969, 12, 31), datetime.datetime(2024, 2, 29, 12, 0, 0, 123000, datetime.timezone.utc)
    data = [
        (2**60, -7, 1.5, "\u00e4 \U0001f600", True, day, at, decimal.Decimal("-1.50"), decimal.Decimal("-99999999999999999999999999999999999.999"), bytearray(b"\x00\xff"),
         ["a", None], ("ann", [1, None]), {"k": 1, "l": None}),
        (1, None, None, None, None, None, None, None, None, None, None, None, None),
        (0, 0, 0.0, "", False, day, at, decimal.Decimal("0"), decimal.Decimal("0"), bytearray(), [], (None, []), {}),
    ]
    frame = spark.createDataFrame(data, schema).repartition(2)
    for codec in ["snappy", "gzip", "zstd", "lz4_raw", "none"]: frame.write.option("compression", codec).parquet(f"{folder}/parquet-{codec}")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "INT96")
    frame.write.option("parquet.writer.version", "PARQUET_2_0").parquet(f"{folder}/parquet-second")
    text = spark.createDataFrame([(1, 'a,"b"\nc', ""), (2, None, " x ")], "id INT, name STRING, more STRING")
    text.write.option("header", True).option("escape", '"').option("ignoreLeadingWhiteSpace", False).option("ignoreTrailingWhiteSpace", False).csv(f"{folder}/csv")
    frame.select("id", "name", "tags", "who").write.json(f"{folder}/json")
    pairs = spark.sparkContext.parallelize([("a", 1), ("b", 2)], 1)
    pairs.saveAsSequenceFile(f"{folder}/pairs")
    pairs.saveAsSequenceFile(f"{folder}/pairs-block", "org.apache.hadoop.io.compress.DefaultCodec")
else:
    def read_pairs(name): return sorted([plain(key), plain(value)] for key, value in spark.sparkContext.sequenceFile(f"{folder}/{name}").collect())
    print(json.dumps({
        "parquet": rows(spark.read.parquet(f"{folder}/parquet")),
        "types": [[field.name, field.dataType.simpleString()] for field in spark.read.parquet(f"{folder}/parquet").schema],
        "csv": rows(spark.read.schema("id INT, name STRING, more STRING").option("header", True).option("multiLine", True).option("escape", '"').csv(f"{folder}/csv")),
        "json": rows(spark.read.json(f"{folder}/json").select("id", "name")),
        "pairs": read_pairs("pairs"), "longs": read_pairs("longs"),
    }))
spark.stop()
