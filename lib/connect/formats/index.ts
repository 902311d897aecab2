/** The file formats: importing this file is what puts their methods on SparkContext, StreamingContext, RDD and DStream. */
import './json/sink'
import './json/source'
