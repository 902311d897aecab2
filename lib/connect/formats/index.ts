/** The file formats: importing this file is what puts their methods on SparkContext, StreamingContext, RDD and DStream. */
import './csv/sink'
import './csv/source'
import './hadoop/sink'
import './hadoop/source'
import './json/sink'
import './json/source'
import './parquet/sink'
import './parquet/source'
