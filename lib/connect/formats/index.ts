/** The file formats: importing this file is what puts their methods on SparkContext, StreamingContext, RDD and DStream. */
import './hadoop/sink'
import './hadoop/source'
import './json/sink'
import './json/source'
